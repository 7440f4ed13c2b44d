//! Payloads of events about training runs.

use serde::{Deserialize, Serialize};

use crate::{ConfigKey, ErrorCode, Games, JobId, ModelId, NodeId, Samples, TrainingSteps};

/// Says what asked for a training run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TrainingTrigger {
    /// The new samples reached the threshold.
    NewSamples,
    /// A person asked.
    Manual,
    /// The config made no progress for too long.
    Stall,
    /// A run failed and is tried again.
    Retry,
}

/// Tells that a config has enough new samples for a training run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingThresholdReached {
    /// Which config.
    pub config: ConfigKey,
    /// The run that this asks for.
    pub job: JobId,
    /// Samples since the run before.
    pub new_samples: Samples,
    /// Samples in the replay window.
    pub window_samples: Samples,
    /// Games stored.
    pub total_games: Games,
    /// What asked.
    pub trigger: TrainingTrigger,
}

/// Tells that the samples of a training run lie ready in its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NpzExportComplete {
    /// Which config.
    pub config: ConfigKey,
    /// The run that they are for.
    pub job: JobId,
    /// Games they were taken from.
    pub games: Games,
    /// How many samples.
    pub samples: Samples,
    /// In how many files.
    pub shards: u32,
    /// How long it took.
    pub duration_ms: u64,
}

/// Tells that a training run began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingStarted {
    /// Which config.
    pub config: ConfigKey,
    /// The run.
    pub job: JobId,
    /// The attempt, from 1.
    pub attempt: u32,
    /// The model it goes on from; none for a random start.
    pub parent: Option<ModelId>,
    /// The step it starts or resumes at.
    pub start_step: TrainingSteps,
    /// The step it ends at.
    pub total_steps: TrainingSteps,
    /// Samples in the replay window.
    pub window_samples: Samples,
    /// The node that trains.
    pub node: NodeId,
}

/// Holds the losses of a batch or of a stretch of batches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingLosses {
    /// The weighted sum that is minimised.
    pub total: f64,
    /// Cross-entropy of the policy over legal actions.
    pub policy: f64,
    /// Cross-entropy of the win distribution.
    pub value: f64,
    /// The auxiliary heads together, weighted.
    pub auxiliary: f64,
}

/// Tells how far a training run is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingProgress {
    /// Which config.
    pub config: ConfigKey,
    /// The run.
    pub job: JobId,
    /// The step reached.
    pub step: TrainingSteps,
    /// The step it ends at.
    pub total_steps: TrainingSteps,
    /// Losses since the report before.
    pub losses: TrainingLosses,
    /// The learning rate now.
    pub learning_rate: f64,
    /// Training speed since the report before.
    pub samples_per_second: f64,
}

/// Tells that a training run ended and produced a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingCompleted {
    /// Which config.
    pub config: ConfigKey,
    /// The run.
    pub job: JobId,
    /// The model it produced.
    pub model: ModelId,
    /// The model it went on from.
    pub parent: Option<ModelId>,
    /// Optimizer steps of the model's whole life.
    pub steps: TrainingSteps,
    /// Samples that were drawn in this run, with repetition.
    pub samples_used: Samples,
    /// Losses at the end.
    pub losses: TrainingLosses,
    /// How long it took.
    pub duration_ms: u64,
}

/// Says why a piece of work failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureNote {
    /// The class of failure.
    pub code: ErrorCode,
    /// The cause and the next step, for people.
    pub message: String,
}

/// Tells that a training run ended without a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingFailed {
    /// Which config.
    pub config: ConfigKey,
    /// The run.
    pub job: JobId,
    /// The attempt that failed, from 1.
    pub attempt: u32,
    /// The last step that a checkpoint holds.
    pub checkpoint_step: TrainingSteps,
    /// Whether it will be tried again.
    pub will_retry: bool,
    /// Why.
    pub failure: FailureNote,
}
