//! What a run tells: one JSON object a line.

use rr_onnx::StepReport;
use serde::{Deserialize, Serialize};

use super::outcome::TrainedModel;
use crate::data::WindowSummary;

/// Holds the parts of the loss, averaged over the steps since the line before.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LossParts {
    /// The weighted sum that is minimised.
    pub total: f64,
    /// Cross-entropy of the policy.
    pub policy: f64,
    /// Cross-entropy of the win distribution.
    pub value: f64,
    /// Cross-entropy of the final owner.
    pub owner: f64,
    /// Squared error of the margins.
    pub margins: f64,
    /// Cross-entropy of the next decision's policy.
    pub next_policy: f64,
}

impl LossParts {
    /// Adds the parts of one step.
    pub(super) fn add(&mut self, report: &StepReport) {
        self.total += f64::from(report.total);
        self.policy += f64::from(report.policy);
        self.value += f64::from(report.value);
        self.owner += f64::from(report.owner);
        self.margins += f64::from(report.margins);
        self.next_policy += f64::from(report.next_policy);
    }

    /// Divides every part by a number of steps.
    pub(super) fn over(&self, steps: u64) -> Self {
        self.scaled(1.0 / steps.max(1) as f64)
    }

    /// Adds the parts of another, each times a factor.
    pub(super) fn add_scaled(&mut self, other: &Self, factor: f64) {
        self.total += other.total * factor;
        self.policy += other.policy * factor;
        self.value += other.value * factor;
        self.owner += other.owner * factor;
        self.margins += other.margins * factor;
        self.next_policy += other.next_policy * factor;
    }

    /// Multiplies every part by a factor.
    pub(super) fn scaled(&self, factor: f64) -> Self {
        let mut scaled = Self::default();
        scaled.add_scaled(self, factor);
        scaled
    }
}

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
