//! A guarded port with real connections: certificates, tokens, roles, limits.
#![allow(clippy::unwrap_used, reason = "a port that cannot be opened fails the test")]

mod certificates;
mod garbage;
mod house;
mod limits;
mod tokens;
