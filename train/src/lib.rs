//! Training: samples from stored games, the replay window, the loader and the loop, and the child process around them.
//!
//! - [`write_shard`], [`read_shard`]: immutable files of games, the only data that crosses into the child process.
//! - [`ReplayData`]: the newest games of a [`RecordSource`], expanded once and split by game.
//! - [`BatchSampler`], [`BatchLayout`]: which samples a batch holds, and how they are written into it.
//! - [`TrainingJob`], [`run_training`]: one run with its checkpoints, rollbacks and its model.
//! - [`export_npz`]: samples under upstream's field names, for people who train elsewhere.
//! - [`run_child`]: the entry of the supervised child process; it tells [`TrainerLine`]s on its standard output.

mod child;
mod data;
mod error;
mod export;
mod run;
mod sample;
mod sealed_file;
mod shard;

#[cfg(test)]
mod testing;

pub use child::{TrainerExit, run_child};
pub use data::{
    BatchSampler, Draw, MemoryRecords, RecordFiles, RecordSource, ReplayData, ShardRecords, ShardRef,
    WindowRequest, WindowSummary, count_samples,
};
pub use error::TrainError;
pub use export::{NpzSummary, export_npz};
pub use run::{
    Checkpoint, JobData, JobParent, LearningSchedule, LossGuard, LossParts, RunControl, RunEnd,
    TrainSettings, TrainedModel, TrainerLine, TrainingJob, run_training,
};
pub use sample::{BatchLayout, PolicyGroups, SampleArena, SampleView};
pub use shard::{GameShard, SHARD_FORMAT, read_shard, write_shard};
