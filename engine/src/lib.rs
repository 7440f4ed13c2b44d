//! RingRift: boards, rules, notation, encoding and search.
//!
//! Everything here is a pure function of its arguments: no clock, no global state, no randomness that is not
//! passed in.

pub mod board;
pub mod error;

pub use error::EngineError;
