//! Carrying out what the state machine asks for.

use rr_cluster::{GateReason, LoopCommand};
use rr_proto::{
    ErrorCode, Event, FailureNote, PromotionCandidate, PromotionFailed, TrainingThresholdReached,
};

use super::actor::ConfigState;
use crate::leader::promotion::PromotionMsg;
use crate::leader::scheduler::SchedulerMsg;
use crate::leader::training_gate::TrainingGateMsg;
use crate::workers::arena::ArenaMsg;

impl ConfigState {
    /// Returns the events that tell of commands, to be stored in the same transaction as the state.
    pub(super) fn announcements(&self, commands: &[LoopCommand]) -> Vec<Event> {
        let config = self.key();
        let announce = |command: &LoopCommand| match command {
            LoopCommand::AnnounceThreshold { job, new_samples, window, total_games, trigger } => Some(
                TrainingThresholdReached {
                    config,
                    job: *job,
                    new_samples: *new_samples,
                    window_samples: *window,
                    total_games: *total_games,
                    trigger: *trigger,
                }
                .into(),
            ),
            LoopCommand::AnnounceRefusal { evaluation, candidate, reasons } => Some(
                PromotionFailed {
                    config,
                    model: *candidate,
                    evaluation: *evaluation,
                    failure: FailureNote { code: ErrorCode::Refused, message: in_words(reasons) },
                }
                .into(),
            ),
            LoopCommand::Promote(order) => Some(
                PromotionCandidate {
                    config,
                    model: order.candidate,
                    evaluation: order.evaluation,
                    champion: order.expected,
                }
                .into(),
            ),
            _ => None,
        };
        commands.iter().filter_map(announce).collect()
    }

    /// Sends an order to whoever carries it out. One that does not arrive is sent again by a later tick.
    pub(super) fn send(&self, command: &LoopCommand) {
        let args = self.args();
        let (key, config) = (self.key(), args.config);
        let sent = match command {
            LoopCommand::AnnounceThreshold { .. } | LoopCommand::AnnounceRefusal { .. } => Ok(()),
            LoopCommand::Train(order) => {
                let asker = args.myself.clone();
                args.training.cast(TrainingGateMsg::Order { config, order: *order, asker })
            }
            LoopCommand::Evaluate(order) => args.arena.cast(ArenaMsg::Evaluate { config, order: *order }),
            LoopCommand::Promote(order) => {
                args.promotion.cast(PromotionMsg::Promote { config: key, order: *order })
            }
            LoopCommand::RollBack(order) => args.promotion.cast(PromotionMsg::RollBack {
                config: key,
                order: *order,
                generation: self.fold().next_generation(),
                asker: args.myself.clone(),
            }),
            LoopCommand::Rebalance(outcome) => {
                args.scheduler.cast(SchedulerMsg::Rebalance { config: key, outcome: *outcome })
            }
        };
        if let Err(error) = sent {
            tracing::warn!(config = %key, %error, "an order did not arrive; it is sent again");
        }
    }
}

fn in_words(reasons: &[GateReason]) -> String {
    let word = |reason: &GateReason| match reason {
        GateReason::SprtRejected => "the test against the champion found no gain".to_owned(),
        GateReason::SprtUndecided => "the test against the champion ended without a decision".to_owned(),
        GateReason::RandomFloor(check) => {
            format!("the floor against random was not shown to be reached ({check:?})")
        }
        GateReason::HeuristicFloor(check) => {
            format!("the floor against the heuristic was not shown to be reached ({check:?})")
        }
    };
    let words: Vec<String> = reasons.iter().map(word).collect();
    format!("{}; the champion stays", words.join(", and "))
}
