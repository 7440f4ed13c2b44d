//! Fleets of games: determinism, whole batches, pairing, cancellation; on toy games and on RingRift.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod fake_network;
mod fleet;
mod pairing;
mod recording;
mod ringrift;
#[path = "../search/toys.rs"]
mod toys;
