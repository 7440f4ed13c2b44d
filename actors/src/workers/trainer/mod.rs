//! The trainer: supervises the child process that trains, so that a driver fault or an out-of-memory costs one attempt.
//!
//! A run lives in a folder of its own: job file, shards of games, checkpoints, log. An attempt that finds the folder goes on
//! from its last checkpoint with the same data; the folder goes when the model is recorded.

mod actor;
mod cancel;
mod child;
mod message;
mod outcome;
mod run;
mod run_folder;
mod status;
mod told;

pub use actor::{TrainerActor, TrainerArgs, TrainerState};
pub use message::TrainerMsg;
pub use run_folder::RunFolder;
pub use status::TrainingStatus;
