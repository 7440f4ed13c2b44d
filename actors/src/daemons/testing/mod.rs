//! What the tests of daemons stand on: a store, a bus, a clock that moves when told to, and games that were really played.

mod daemon_house;
mod games;
mod house;

pub(crate) use daemon_house::DaemonHouse;
pub(crate) use games::{played, stored};
pub(crate) use house::House;
