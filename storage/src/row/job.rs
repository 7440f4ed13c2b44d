//! Jobs and their checkpoints.

use rr_proto::{BlobId, ConfigKey, JobId, TrainingSteps, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::StoredValue;

/// Says what a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum JobKind {
    /// Trains a network.
    Training,
    /// Measures a candidate.
    Evaluation,
    /// Plays games for a config to learn from.
    SelfPlay,
}

/// Says how far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum JobState {
    /// It waits for its runner.
    Queued,
    /// Its runner has it.
    Running,
    /// It ended with a result.
    Completed,
    /// It ended without one.
    Failed,
    /// It was called off.
    Cancelled,
}

impl JobState {
    /// Says whether nothing more will happen to the job.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// Describes a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRow {
    /// The job.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// For which config.
    pub config: ConfigKey,
    /// How far it is.
    pub state: JobState,
    /// The attempt, from 1.
    pub attempt: u32,
    /// When it was asked for.
    pub created_at: UnixMillis,
    /// When it last changed.
    pub updated_at: UnixMillis,
    /// What its runner needs or reported, as the runner packed it.
    pub detail: Vec<u8>,
}

impl StoredValue for JobRow {
    const NAME: &'static str = "job";
    const VERSION: u16 = 1;
}

/// Describes the newest checkpoint of a training job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointRow {
    /// The training job.
    pub job: JobId,
    /// The step it holds.
    pub step: TrainingSteps,
    /// Its files.
    pub blobs: Vec<BlobId>,
    /// When it was made.
    pub created_at: UnixMillis,
}

impl StoredValue for CheckpointRow {
    const NAME: &'static str = "checkpoint";
    const VERSION: u16 = 1;
}
