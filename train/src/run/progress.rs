//! What a run tells: one JSON object a line.

use serde::{Deserialize, Serialize};

use super::loss_parts::LossParts;
use super::outcome::TrainedModel;
use crate::data::WindowSummary;

/// Tells how a run goes; the last line of a run is `completed`, `stopped` or `failed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TrainerLine {
    /// The data is read and the first step is next.
    Started {
        /// The run.
        job: String,
        /// The step it starts or resumes at.
        step: u64,
        /// Steps of the run.
        steps: u64,
        /// What the window holds.
        window: WindowSummary,
        /// Bytes that its samples take in memory.
        sample_bytes: u64,
        /// Parameters of the network.
        parameters: u64,
        /// Execution provider in use.
        provider: String,
    },
    /// Some steps are done.
    Progress {
        /// Steps done.
        step: u64,
        /// Steps of the run.
        steps: u64,
        /// Losses since the line before.
        losses: LossParts,
        /// Norm of the last gradient.
        gradient_norm: f64,
        /// Learning rate of the last step.
        learning_rate: f64,
        /// Samples per second since the line before.
        samples_per_second: f64,
    },
    /// A checkpoint is on the disk.
    Checkpoint {
        /// The step that it holds.
        step: u64,
    },
    /// The run went bad and is back at its last good checkpoint, with half the learning rate.
    RolledBack {
        /// Where it went bad.
        from_step: u64,
        /// Where it is now.
        to_step: u64,
        /// What was seen.
        reason: String,
        /// Part of the learning rate that is left.
        rate_scale: f64,
    },
    /// The averaged weights were measured on the games that were kept back.
    Validation {
        /// Samples measured.
        samples: u64,
        /// Their losses.
        losses: LossParts,
    },
    /// The run is done and its model is on the disk.
    Completed {
        /// What it left behind.
        result: TrainedModel,
    },
    /// The run was asked to stop and left a checkpoint.
    Stopped {
        /// The step that it holds.
        step: u64,
    },
    /// The run ended without a model.
    Failed {
        /// The cause and the next step.
        message: String,
        /// Whether another attempt could end better.
        retryable: bool,
        /// The last step that a checkpoint holds.
        step: u64,
    },
}
