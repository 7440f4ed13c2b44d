//! The searches on toy games: numbers worked out by hand, schedules, budgets, improvement, reuse, cache.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod by_hand;
mod cache;
mod improvement;
mod naive;
mod plain;
mod reuse;
mod schedule;
mod toys;
