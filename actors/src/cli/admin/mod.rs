//! `rr-admin`: the flags, the way to a running node, and one file per noun.

pub mod actors;
mod command;
mod daemons;
mod flags;
mod live_node;
mod refused;
mod span_text;
mod top;
mod watching;

pub use command::AdminCli;
pub use daemons::{DaemonArgs, DaemonsCommand, StopDaemonArgs};
pub use flags::AdminFlags;
pub use live_node::LiveNode;
pub use refused::refused;
pub use span_text::span_text;
pub use top::TopArgs;
