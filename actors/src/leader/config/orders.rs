//! Carrying out what the state machine asks for.

use rr_cluster::{FloorCheck, GateReason, LoopCommand};
use rr_proto::{
    ErrorCode, Event, FailureNote, Games, PromotionCandidate, PromotionFailed, TrainingThresholdReached,
    UnixMillis, WorkQueued,
};
use rr_storage::{JobKind, JobRow, JobState, StorageError, StoreWrite};

use super::actor::ConfigState;
use crate::leader::curriculum::CurriculumMsg;
use crate::leader::promotion::PromotionMsg;
use crate::leader::training_gate::TrainingGateMsg;
use crate::workers::arena::ArenaMsg;

/// Places of work among other work: a run brings games, an evaluation waits for it, and self-play never ends.
const TRAINING_FIRST: u32 = 100;
const EVALUATION_NEXT: u32 = 80;

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
            LoopCommand::Train(order) => Some(
                WorkQueued { config, job: order.job, games: Games::ZERO, priority: TRAINING_FIRST }.into(),
            ),
            LoopCommand::Evaluate(order) => {
                let games = Games(order.sprt.max_games.into());
                Some(WorkQueued { config, job: order.job, games, priority: EVALUATION_NEXT }.into())
            }
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

    /// Describes the work that commands ask for as jobs that wait, to be stored in the same transaction as the state.
    pub(super) fn queued_jobs(&self, commands: &[LoopCommand], now: UnixMillis) -> Vec<JobRow> {
        let row = |kind, id, attempt| JobRow {
            id,
            kind,
            config: self.key(),
            state: JobState::Queued,
            attempt,
            created_at: now,
            updated_at: now,
            detail: Vec::new(),
        };
        let job = |command: &LoopCommand| match command {
            LoopCommand::Train(order) => Some(row(JobKind::Training, order.job, order.attempt)),
            LoopCommand::Evaluate(order) => Some(row(JobKind::Evaluation, order.job, order.attempt)),
            _ => None,
        };
        commands.iter().filter_map(job).collect()
    }

    /// Stores a job that waits; one that has ended meanwhile stays as it is.
    pub(super) fn queue(write: &mut StoreWrite, row: &JobRow) -> Result<(), StorageError> {
        match write.put_job(row) {
            Err(StorageError::Refused { .. }) => Ok(()),
            put => put,
        }
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
                args.curriculum.cast(CurriculumMsg::Rebalance { config: key, outcome: *outcome })
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
            format!("the floor against random was not shown to be reached: {}", check_in_words(*check))
        }
        GateReason::HeuristicFloor(check) => {
            format!("the floor against the heuristic was not shown to be reached: {}", check_in_words(*check))
        }
    };
    // Who lost the test does not play against the anchors: that says nothing further.
    let lost =
        reasons.iter().any(|reason| matches!(reason, GateReason::SprtRejected | GateReason::SprtUndecided));
    let follows = |reason: &&GateReason| {
        matches!(
            reason,
            GateReason::RandomFloor(FloorCheck::Missing) | GateReason::HeuristicFloor(FloorCheck::Missing)
        )
    };
    let words: Vec<String> = reasons.iter().filter(|reason| !(lost && follows(reason))).map(word).collect();
    format!("{}; the champion stays", words.join(", and "))
}

fn check_in_words(check: FloorCheck) -> &'static str {
    match check {
        FloorCheck::Missing => "no games were played",
        FloorCheck::Below => "the lower end of the win rate's interval lies under it",
        FloorCheck::Cleared => "it was",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_test_is_not_held_up_by_anchors_that_nobody_played() {
        let missing = GateReason::RandomFloor(FloorCheck::Missing);
        let lost = in_words(&[GateReason::SprtRejected, missing]);
        assert_eq!(lost, "the test against the champion found no gain; the champion stays");
        assert!(in_words(&[missing]).contains("no games were played"));
        assert!(in_words(&[GateReason::RandomFloor(FloorCheck::Below)]).contains("lower end"));
    }
}
