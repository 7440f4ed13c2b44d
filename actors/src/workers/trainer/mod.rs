//! The trainer: supervises the child process that trains, so that a driver fault or an out-of-memory costs one attempt.
//!
//! A run lives in a folder of its own: job file, shards of games, checkpoints, log. An attempt that finds the folder goes on
//! from its last checkpoint with the same data; the folder goes when the model is recorded.

mod actor;
mod child;
mod outcome;
mod run_folder;

pub use actor::{TrainerActor, TrainerArgs, TrainerMsg, TrainerState};
pub use run_folder::RunFolder;
