//! Supervision with real actors: every strategy, every restart kind, every way to die.

#![allow(clippy::unwrap_used)] // outside `#[test]` functions too

mod addresses;
mod cascade;
mod drills;
mod escalation;
mod hung;
mod ladder;
mod load;
mod operators;
mod probe;
mod restarts;
mod schedule;
mod stopping;
mod storm;
mod strategies;
