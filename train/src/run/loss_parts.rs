//! The parts of the loss.

use rr_onnx::StepReport;
use serde::{Deserialize, Serialize};

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
