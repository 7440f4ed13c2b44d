//! Tests that cross crates live in `tests/tests/`; golden games in `tests/golden/`. Nothing imports this crate.
