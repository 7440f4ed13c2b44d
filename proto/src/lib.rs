//! Wire types, identifiers and events.
