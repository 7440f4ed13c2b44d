//! Daemons: each looks after one thing on its own, shows how it is doing, and leaves decisions to a pure function beside it.
//!
//! A daemon is an actor with a message enum, arguments that name what it needs, and a [`DaemonHealth`] that it shows after every
//! round with numbers of its own. It hangs on the branch `daemons` by its row in the registry.

pub mod cleaning;
pub mod daemon_watch;
pub mod data_pipeline;
pub mod disk_space;
pub mod idle_resource;
pub mod integrity_check;
pub mod maintenance;
pub mod memory_monitor;
pub mod memory_relief;
pub mod model_distribution;
pub mod orphan_detection;
pub mod parity_gate;
pub mod quality_monitor;
pub mod stale_fallback;

mod health;
pub(crate) mod hours;
pub(crate) mod newest_game;
mod rounds;

#[cfg(test)]
pub(crate) mod testing;

pub use health::{DaemonCondition, DaemonHealth, ShownDaemon};
