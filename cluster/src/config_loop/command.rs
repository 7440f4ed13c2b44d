//! What the state machine of a config asks others to do.

use rr_proto::{Games, Generation, JobId, ModelId, Samples, TrainingSteps, TrainingTrigger};
use serde::{Deserialize, Serialize};

use crate::evaluation::{GateReason, SprtParams};
use crate::schedule::CurriculumOutcome;

/// Orders a training run; further attempts carry the same job and resume from its checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingOrder {
    /// The run.
    pub job: JobId,
    /// The attempt, from 1.
    pub attempt: u32,
    /// The model to go on from.
    pub parent: ModelId,
    /// Optimizer steps to make.
    pub steps: TrainingSteps,
    /// Samples of one step.
    pub batch: Samples,
    /// Latest samples that may be drawn.
    pub window: Samples,
}

impl TrainingOrder {
    /// Returns how many samples the run draws, with repetition.
    pub fn draws(&self) -> Samples {
        Samples(self.steps.0.saturating_mul(self.batch.0))
    }
}

/// Orders the evaluation of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EvaluationOrder {
    /// The evaluation.
    pub job: JobId,
    /// The attempt, from 1.
    pub attempt: u32,
    /// Who is measured.
    pub candidate: ModelId,
    /// Against whom.
    pub champion: ModelId,
    /// The test that decides.
    pub sprt: SprtParams,
}

/// Orders the champion's pointer to be moved to a candidate by compare-and-set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionOrder {
    /// The evaluation that proved the candidate.
    pub evaluation: JobId,
    /// The attempt, from 1.
    pub attempt: u32,
    /// The next champion.
    pub candidate: ModelId,
    /// Where the pointer must stand now.
    pub expected: ModelId,
    /// The next champion's number.
    pub generation: Generation,
}

/// Orders the champion's pointer to be moved back by compare-and-set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollBackOrder {
    /// The order.
    pub job: JobId,
    /// Where the pointer must stand now.
    pub from: ModelId,
    /// Where it goes.
    pub to: ModelId,
}

/// Asks for something to be done; repeating one that was done already must change nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LoopCommand {
    /// Announce that a config has enough new samples.
    AnnounceThreshold {
        /// The run that follows.
        job: JobId,
        /// Samples since the run before.
        new_samples: Samples,
        /// Samples in the window.
        window: Samples,
        /// Games stored.
        total_games: Games,
        /// What asked.
        trigger: TrainingTrigger,
    },
    /// Start or resume a training run.
    Train(TrainingOrder),
    /// Start or resume an evaluation.
    Evaluate(EvaluationOrder),
    /// Make a candidate champion.
    Promote(PromotionOrder),
    /// Make the predecessor champion again.
    RollBack(RollBackOrder),
    /// Announce that a candidate was refused.
    AnnounceRefusal {
        /// The evaluation.
        evaluation: JobId,
        /// The candidate.
        candidate: ModelId,
        /// What stood against it.
        reasons: Vec<GateReason>,
    },
    /// Move the config's weight in the curriculum.
    Rebalance(CurriculumOutcome),
}
