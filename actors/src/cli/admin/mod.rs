//! `rr-admin`: the flags, the way to a running node, and one file per noun.

pub mod actors;
mod command;
mod configs;
mod daemons;
mod devices;
mod drain;
pub mod events;
mod flags;
mod health;
mod jobs;
mod live_node;
mod log_level;
mod refused;
mod scheduler;
mod settings;
mod span_text;
mod top;
mod watching;

pub use command::AdminCli;
pub use configs::{ConfigsCommand, ShowConfigArgs};
pub use daemons::{DaemonArgs, DaemonsCommand, StopDaemonArgs};
pub use devices::DevicesCommand;
pub use drain::{DrainArgs, ResumeArgs, ShutdownArgs};
pub use flags::AdminFlags;
pub use health::HealthArgs;
pub use jobs::{JobArgs, JobsCommand, ListJobsArgs};
pub use live_node::LiveNode;
pub use log_level::{LogCommand, LogLevelCommand, SetLogLevelArgs};
pub use refused::refused;
pub use scheduler::{ExplainScheduleArgs, SchedulerCommand};
pub use settings::{ListSettingsArgs, SettingsCommand};
pub use span_text::span_text;
pub use top::TopArgs;
