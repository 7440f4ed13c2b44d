//! The stages of a config's loop.

use rr_proto::UnixMillis;
use serde::{Deserialize, Serialize};

use super::command::{EvaluationOrder, LoopCommand, PromotionOrder, TrainingOrder};

/// Says in which stage a config is; an order that waits for its retry carries the time from which it may go out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum LoopStage {
    /// Games are collected until there are enough to train on.
    #[default]
    Collecting,
    /// A run trains.
    Training {
        /// The run.
        order: TrainingOrder,
        /// When the next attempt may start; none while one runs.
        retry_at: Option<UnixMillis>,
    },
    /// A candidate is measured.
    Evaluating {
        /// The evaluation.
        order: EvaluationOrder,
        /// When the next attempt may start; none while one runs.
        retry_at: Option<UnixMillis>,
    },
    /// A proven candidate becomes champion.
    Promoting {
        /// The promotion.
        order: PromotionOrder,
        /// When the next attempt may start; none while one runs.
        retry_at: Option<UnixMillis>,
    },
}

impl LoopStage {
    /// Returns the stage's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Collecting => "collecting",
            Self::Training { .. } => "training",
            Self::Evaluating { .. } => "evaluating",
            Self::Promoting { .. } => "promoting",
        }
    }

    /// Returns the command of the stage and when it may go out.
    pub(super) fn command(&self) -> Option<(LoopCommand, Option<UnixMillis>)> {
        match self {
            Self::Collecting => None,
            Self::Training { order, retry_at } => Some((LoopCommand::Train(*order), *retry_at)),
            Self::Evaluating { order, retry_at } => Some((LoopCommand::Evaluate(*order), *retry_at)),
            Self::Promoting { order, retry_at } => Some((LoopCommand::Promote(*order), *retry_at)),
        }
    }

    /// Forgets the wait, the order going out now.
    pub(super) fn start(&mut self) {
        match self {
            Self::Collecting => {}
            Self::Training { retry_at, .. }
            | Self::Evaluating { retry_at, .. }
            | Self::Promoting { retry_at, .. } => *retry_at = None,
        }
    }
}
