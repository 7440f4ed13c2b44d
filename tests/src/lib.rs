//! Tests that cross crates: golden games, killed processes, the shape of the house.
