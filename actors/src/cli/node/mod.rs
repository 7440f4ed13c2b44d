//! The commands of `rr-node`.

mod address_args;
mod board_args;
mod command;
mod config_show;
mod contestant;
mod doctor;
mod evaluate;
mod fleet_play;
mod loop_pass;
mod match_summary;
mod pass_summary;
mod reload;
mod run;
mod selfplay;
mod service_manager;
mod signals;
mod stop_signal;
mod task_progress;
mod train;

pub use address_args::AddressArgs;
pub use board_args::{BoardArgs, at_least_one, key_of};
pub use command::{NodeCli, NodeCommand};
pub use config_show::{ConfigCommand, ConfigShowArgs};
pub use contestant::Contestant;
pub use doctor::{DoctorArgs, Finding, Health};
pub use evaluate::EvaluateArgs;
pub use loop_pass::LoopArgs;
pub use run::{RoleArg, RunArgs};
pub use selfplay::SelfplayCommandArgs;
pub use stop_signal::stop_on_signal;
pub use task_progress::TaskProgress;
pub use train::{TrainArgs, TrainerChildArgs};
