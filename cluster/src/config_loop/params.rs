//! The numbers that steer the loop of a config.

use rr_proto::{Games, Samples, TrainingSteps};
use serde::{Deserialize, Serialize};

use super::backoff::BackoffPolicy;
use super::window::ReplayWindow;
use crate::error::ClusterError;
use crate::evaluation::{PromotionGate, RegressionPolicy, SprtParams};

/// Holds what steers a config's loop.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LoopParams {
    /// Games before the first training run.
    pub min_games: Games,
    /// New samples that ask for a training run.
    pub new_samples: Samples,
    /// The replay window.
    pub window: ReplayWindow,
    /// Uses of each sample, 4 to 8.
    pub uses_per_sample: f64,
    /// Samples of a training step.
    pub batch: Samples,
    /// Least steps worth a run.
    pub min_steps: TrainingSteps,
    /// Most steps of a run.
    pub max_steps: TrainingSteps,
    /// The test against a random start.
    pub first_sprt: SprtParams,
    /// The test against a champion.
    pub sprt: SprtParams,
    /// The promotion gate.
    pub gate: PromotionGate,
    /// What is done about regressions.
    pub regression: RegressionPolicy,
    /// How failures are retried.
    pub backoff: BackoffPolicy,
    /// Refusals in a row after which training goes on from the champion again and not from the last candidate.
    pub max_refusals: u32,
}

impl LoopParams {
    /// Refuses numbers with which the loop would stand still or overuse its samples.
    ///
    /// # Errors
    /// Naming the first number that cannot be.
    pub fn check(&self) -> Result<(), ClusterError> {
        let fault = if !(1.0..=16.0).contains(&self.uses_per_sample) {
            "uses per sample must lie between 1 and 16"
        } else if self.batch.0 == 0 {
            "a batch needs samples"
        } else if self.min_steps.0 == 0 || self.max_steps < self.min_steps {
            "a run needs steps, and its most cannot be under its least"
        } else if !(self.window.exponent > 0.0 && self.window.exponent <= 1.0) {
            "the replay window's exponent must lie between 0 and 1"
        } else if !(self.window.expand > 0.0 && self.window.expand <= 1.0) {
            "the replay window's expansion must lie between 0 and 1"
        } else if self.backoff.max_attempts == 0 {
            "a step needs at least one attempt"
        } else {
            return Ok(());
        };
        Err(ClusterError::LoopParams(fault))
    }

    /// Returns the most draws that the bucket holds: two full runs.
    pub(super) fn bucket_capacity(&self) -> Samples {
        Samples(self.max_steps.0.saturating_mul(self.batch.0).saturating_mul(2))
    }
}
