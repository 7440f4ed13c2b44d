//! Self-play and arena with real networks: determinism, pausing, kills, resuming, failures.

#![allow(clippy::unwrap_used)] // outside `#[test]` functions too

mod arena;
mod arena_order;
mod direct;
mod house;
mod roll_back;
mod slots;
