//! The shape of the house, asserted: imports run down the floors, files form no circle, names and sizes hold.
#![allow(clippy::expect_used, reason = "a source tree that cannot be read fails the test")]

mod circles;
mod daemons;
mod events;
mod imports;
mod names;
mod sizes;
mod sources;
