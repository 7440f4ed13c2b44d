//! The arena actor. Supervised by `workers`, one for one; after a restart the config actor's next order goes on from the match log.

use std::collections::VecDeque;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use rr_cluster::EvaluationOrder;
use rr_engine::board::GameConfig;
use rr_proto::{ConfigKey, ErrorCode, EvaluationFailed, FailureNote, JobId, ModelId};
use rr_storage::{JobKind, JobState};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::args::ArenaArgs;
use super::evaluation::EvaluationEnd;
use super::task::Evaluation;
use crate::permit::{PermitWatch, WorkKind};
use crate::workers::{CancelFailure, JobBook, JobEntry};

/// How long a stop waits for the games in progress to be dropped.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// What the arena is told.
#[derive(Debug)]
pub enum ArenaMsg {
    /// Start or resume an evaluation; one that is at work or waits already is passed over.
    Evaluate {
        /// Board and player count.
        config: GameConfig,
        /// The evaluation.
        order: EvaluationOrder,
    },
    /// Call an evaluation off: its games in progress are dropped, and it is not tried again.
    Cancel {
        /// The evaluation.
        job: JobId,
        /// Answered when it is dropped.
        reply: RpcReplyPort<Result<(), CancelFailure>>,
    },
    /// Whether an evaluation may begin may have changed. Sent by the permit.
    PermitChanged,
    /// The evaluation at work has ended. Sent by its task.
    Ended {
        /// The evaluation.
        job: JobId,
        /// What stood against a report, with the games that it had.
        failure: Option<(FailureNote, u32)>,
    },
}

/// Measures candidates, one at a time.
pub struct ArenaActor;

/// The evaluation at work and those that wait.
pub struct ArenaState {
    args: ArenaArgs,
    myself: ActorRef<ArenaMsg>,
    _watch: PermitWatch,
    run: Option<ArenaRun>,
    waiting: VecDeque<(GameConfig, EvaluationOrder)>,
    book: JobBook,
}

/// The task of an evaluation; dropping it drops the games in progress.
struct ArenaRun {
    key: ConfigKey,
    order: EvaluationOrder,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl ArenaRun {
    /// Names its job, and who is measured.
    fn entry(&self) -> (JobEntry, ModelId) {
        (JobEntry { id: self.order.job, config: self.key, attempt: self.order.attempt }, self.order.candidate)
    }
}

impl Drop for ArenaRun {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Actor for ArenaActor {
    type Msg = ArenaMsg;
    type State = ArenaState;
    type Arguments = ArenaArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<ArenaMsg>,
        args: ArenaArgs,
    ) -> Result<ArenaState, ActorProcessingErr> {
        let watch = args.permit.watch(&myself, || ArenaMsg::PermitChanged);
        let book = JobBook::new(JobKind::Evaluation, &args.store, &args.publisher, &args.clock);
        Ok(ArenaState { args, myself, _watch: watch, run: None, waiting: VecDeque::new(), book })
    }

    async fn handle(
        &self,
        _myself: ActorRef<ArenaMsg>,
        message: ArenaMsg,
        state: &mut ArenaState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ArenaMsg::Evaluate { config, order } => state.accept(config, order).await,
            ArenaMsg::Cancel { job, reply } => {
                let _ = reply.send(state.cancel(job).await); // the asker may have given up
            }
            ArenaMsg::PermitChanged => state.next(),
            ArenaMsg::Ended { job, failure } => state.ended(job, failure).await,
        }
        Ok(())
    }

    async fn post_stop(
        &self,
        _myself: ActorRef<ArenaMsg>,
        state: &mut ArenaState,
    ) -> Result<(), ActorProcessingErr> {
        if let Some((entry, _)) = state.finish().await {
            state.note(entry, JobState::Queued).await;
        }
        Ok(())
    }
}

impl ArenaState {
    async fn accept(&mut self, config: GameConfig, order: EvaluationOrder) {
        let at_work = self.run.as_ref().is_some_and(|run| run.order.job == order.job);
        let new = !at_work && !self.waiting.iter().any(|(_, waiting)| waiting.job == order.job);
        if new {
            self.waiting.push_back((config, order));
        }
        self.next();
        if new && let Some((entry, _)) = self.waiting_entry(order.job) {
            self.note(entry, JobState::Queued).await;
        }
    }

    /// Returns an evaluation that waits here, and who is measured.
    fn waiting_entry(&self, job: JobId) -> Option<(JobEntry, ModelId)> {
        let (config, order) = self.waiting.iter().find(|(_, order)| order.job == job)?;
        let key = ConfigKey::new(config.board.name(), config.players).ok()?;
        Some((JobEntry { id: job, config: key, attempt: order.attempt }, order.candidate))
    }

    /// Writes down how far an evaluation is; one that can't be is only not shown.
    async fn note(&self, entry: JobEntry, state: JobState) {
        if let Err(error) = self.book.note(entry, state).await {
            tracing::warn!(job = %entry.id, ?state, %error, "the state of an evaluation was not written down");
        }
    }

    /// Ends an evaluation that is at work or waits here; its finished games stay in the match log.
    async fn cancel(&mut self, job: JobId) -> Result<(), CancelFailure> {
        let at_work = self.run.as_ref().filter(|run| run.order.job == job).map(ArenaRun::entry);
        let Some((entry, candidate)) = at_work.or_else(|| self.waiting_entry(job)) else {
            return Err(match self.book.stored(job).await? {
                None => CancelFailure::Unknown { job },
                Some(row) if row.state.is_final() => CancelFailure::Ended { job },
                Some(_) => CancelFailure::NotInHand { job },
            });
        };
        let shown = (*self.args.status.borrow()).filter(|status| status.job == job);
        let event = EvaluationFailed {
            config: entry.config,
            job,
            candidate,
            games: shown.map_or(0, |status| status.tally.games()),
            failure: FailureNote {
                code: ErrorCode::Cancelled,
                message: "an operator called it off".to_owned(),
            },
        };
        if !self.book.tell(entry, JobState::Cancelled, event.into()).await? {
            return Err(CancelFailure::Ended { job });
        }
        tracing::warn!(%job, config = %entry.config, "an evaluation was called off");
        self.waiting.retain(|(_, order)| order.job != job);
        if self.run.as_ref().is_some_and(|run| run.order.job == job) {
            let _ = self.finish().await; // its row says already how it ended
        }
        self.next();
        Ok(())
    }

    /// Starts the next evaluation, if none is at work and none is held.
    fn next(&mut self) {
        if self.run.is_some() {
            return;
        }
        self.args.status.send_replace(None);
        if !self.args.permit.allows(WorkKind::Evaluation) {
            return;
        }
        let Some((config, order)) = self.waiting.pop_front() else { return };
        let key = match ConfigKey::new(config.board.name(), config.players) {
            Ok(key) => key,
            Err(error) => {
                tracing::error!(%config, %error, "an evaluation of an unknown config is dropped");
                return;
            }
        };
        let (stop, stopped) = watch::channel(false);
        let evaluation = Evaluation { args: self.args.clone(), config, key, order, stop: stopped };
        let myself = self.myself.clone();
        let task = tokio::spawn(async move {
            let failure = evaluation.run().await.err().map(|EvaluationEnd { failure, games }| {
                let message = format!("attempt {}: {failure}", order.attempt);
                (FailureNote { code: failure.code(), message }, games)
            });
            let _ = myself.cast(ArenaMsg::Ended { job: order.job, failure }); // gone with its supervisor
        });
        self.run = Some(ArenaRun { key, order, stop, task });
    }

    async fn ended(&mut self, job: JobId, failure: Option<(FailureNote, u32)>) {
        let Some(run) = self.run.take_if(|run| run.order.job == job) else { return };
        match failure {
            // Called off: the order comes again when the node does.
            Some((note, _)) if note.code == ErrorCode::Cancelled => {}
            Some((failure, games)) => {
                tracing::warn!(%job, code = %failure.code, message = failure.message, "evaluation failed");
                // Every attempt is an event and a job of its own, since its number is part of the message.
                let event =
                    EvaluationFailed { config: run.key, job, candidate: run.order.candidate, games, failure };
                let (entry, _) = run.entry();
                if let Err(error) = self.book.tell(entry, JobState::Failed, event.into()).await {
                    tracing::error!(%job, %error, "EVALUATION_FAILED was not stored; the evaluation comes again");
                }
            }
            None => {}
        }
        self.next();
    }

    /// Drops the games in progress; the finished ones are in the match log. Returns what was at work.
    async fn finish(&mut self) -> Option<(JobEntry, ModelId)> {
        let mut run = self.run.take()?;
        run.stop.send_replace(true);
        if tokio::time::timeout(STOP_LIMIT, &mut run.task).await.is_err() {
            tracing::error!(job = %run.order.job, limit = ?STOP_LIMIT, "the arena's threads did not end; left behind");
        }
        Some(run.entry())
    }
}
