//! Daemons: each looks after one thing on its own, shows how it is doing, and leaves decisions to a pure function beside it.
//!
//! A daemon is an actor with a message enum, arguments that name what it needs, and a [`DaemonHealth`] that it shows after every
//! round with numbers of its own. It hangs on the branch `daemons` by its row in the registry.

pub mod memory_monitor;

mod health;

pub use health::{DaemonCondition, DaemonHealth, ShownDaemon};
