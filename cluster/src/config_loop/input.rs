//! What the state machine of a config reacts to.

use rr_proto::{Games, Generation, JobId, ModelId, RegressionLevel, Samples};
use serde::{Deserialize, Serialize};

use crate::evaluation::EvaluationReport;

/// Tells the state machine what happened; each may be delivered more than once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LoopInput {
    /// A random start was made champion of a config that had none.
    ChampionInstalled {
        /// The random start.
        model: ModelId,
    },
    /// Games were stored; the counts are of everything ever stored, so that a repetition changes nothing.
    GamesStored {
        /// Games ever stored.
        total_games: Games,
        /// Samples ever stored.
        total_samples: Samples,
    },
    /// A training run ended with a model.
    TrainingCompleted {
        /// The run.
        job: JobId,
        /// Its model.
        model: ModelId,
        /// Draws made, with repetition.
        samples_used: Samples,
    },
    /// An attempt of a training run ended without a model.
    TrainingFailed {
        /// The run.
        job: JobId,
        /// The attempt that failed, from 1.
        attempt: u32,
        /// Whether another attempt could end better.
        retryable: bool,
    },
    /// An evaluation ended.
    EvaluationCompleted {
        /// The evaluation.
        job: JobId,
        /// What its games came to.
        report: EvaluationReport,
    },
    /// An evaluation ended without a report.
    EvaluationFailed {
        /// The evaluation.
        job: JobId,
        /// Whether another attempt could end better.
        retryable: bool,
    },
    /// A person called a training run or an evaluation off: nobody's failure, and not tried again.
    CalledOff {
        /// The run or the evaluation.
        job: JobId,
    },
    /// The champion's pointer was moved to a candidate.
    Promoted {
        /// The evaluation that proved it.
        evaluation: JobId,
        /// The new champion.
        model: ModelId,
    },
    /// The champion's pointer was not moved.
    PromotionFailed {
        /// The evaluation that proved the candidate.
        evaluation: JobId,
        /// The attempt that failed, from 1.
        attempt: u32,
        /// Whether another attempt could end better; not so when the pointer stood elsewhere.
        retryable: bool,
    },
    /// The champion was found weaker than its predecessor.
    RegressionFound {
        /// The champion that it is about.
        model: ModelId,
        /// How far it fell.
        level: RegressionLevel,
    },
    /// The champion's pointer was moved back.
    RolledBack {
        /// The order.
        job: JobId,
        /// The number under which the predecessor is champion again.
        generation: Generation,
    },
    /// The champion's pointer could not be moved back.
    RollBackFailed {
        /// The order.
        job: JobId,
    },
    /// Time passed: a retry may be due.
    Tick,
}
