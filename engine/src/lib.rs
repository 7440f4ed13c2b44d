//! RingRift: boards, rules, notation, encoding and search.
//!
//! Everything here is a pure function of its arguments: no clock, no global state, no randomness that is not
//! passed in.

pub mod action;
pub mod board;
pub mod encode;
pub mod error;
pub mod heuristic;
pub mod notation;
pub mod player;
pub mod playout;
pub mod record;
pub mod rules;
pub mod search;
pub mod selfplay;
pub mod trace;

pub use error::EngineError;
