//! The arena actor. Supervised by `workers`, one for one; after a restart the config actor's next order goes on from the match log.

use std::collections::VecDeque;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::EvaluationOrder;
use rr_engine::board::GameConfig;
use rr_proto::{ConfigKey, ErrorCode, EvaluationFailed, FailureNote, JobId, UnixMillis};
use rr_storage::{JobRow, JobState, StorageError, StoreWrite};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::args::ArenaArgs;
use super::evaluation::EvaluationEnd;
use super::task::Evaluation;
use crate::error::BusFailure;
use crate::permit::{PermitWatch, WorkKind};
use crate::trace::followed;

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
}

/// The task of an evaluation; dropping it drops the games in progress.
struct ArenaRun {
    key: ConfigKey,
    order: EvaluationOrder,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
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
        Ok(ArenaState { args, myself, _watch: watch, run: None, waiting: VecDeque::new() })
    }

    async fn handle(
        &self,
        _myself: ActorRef<ArenaMsg>,
        message: ArenaMsg,
        state: &mut ArenaState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ArenaMsg::Evaluate { config, order } => state.accept(config, order),
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
        state.finish().await;
        Ok(())
    }
}

impl ArenaState {
    fn accept(&mut self, config: GameConfig, order: EvaluationOrder) {
        let at_work = self.run.as_ref().is_some_and(|run| run.order.job == order.job);
        if !at_work && !self.waiting.iter().any(|(_, waiting)| waiting.job == order.job) {
            self.waiting.push_back((config, order));
        }
        self.next();
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
        let span = followed(tracing::info_span!(
            parent: None,
            "evaluation",
            config = %key,
            job = %order.job,
            model = %order.candidate,
            champion = %order.champion,
            attempt = order.attempt
        ));
        let work = async move {
            let failure = evaluation.run().await.err().map(|EvaluationEnd { failure, games }| {
                let message = format!("attempt {}: {failure}", order.attempt);
                (FailureNote { code: failure.code(), message }, games)
            });
            let _ = myself.cast(ArenaMsg::Ended { job: order.job, failure }); // gone with its supervisor
        };
        let task = tokio::spawn(work.instrument(span));
        self.run = Some(ArenaRun { key, order, stop, task });
    }

    async fn ended(&mut self, job: JobId, failure: Option<(FailureNote, u32)>) {
        let Some(run) = self.run.take_if(|run| run.order.job == job) else { return };
        match failure {
            // Called off: the order comes again when the node does.
            Some((note, _)) if note.code == ErrorCode::Cancelled => {}
            Some((failure, games)) => {
                tracing::warn!(%job, code = %failure.code, message = failure.message, "evaluation failed");
                // Every attempt is an event of its own, since its number is part of the message.
                let event =
                    EvaluationFailed { config: run.key, job, candidate: run.order.candidate, games, failure };
                if let Err(error) = self.fail(job, event).await {
                    tracing::error!(%job, %error, "EVALUATION_FAILED was not stored; the evaluation comes again");
                }
            }
            None => {}
        }
        self.next();
    }

    /// Ends the job in the store, in one transaction with the event that tells of it; another attempt is another job.
    async fn fail(&self, job: JobId, event: EvaluationFailed) -> Result<(), BusFailure> {
        let row = self.args.store.query("failed evaluation", move |snapshot| snapshot.job(job)).await?;
        let updated_at = UnixMillis(self.args.clock.unix_ms());
        let row = row.filter(|row| !row.state.is_final());
        let row = row.map(|row| JobRow { state: JobState::Failed, updated_at, ..row });
        let staged = self.args.publisher.stage(event.into(), None)?;
        let work = move |write: &mut StoreWrite| -> Result<(), StorageError> {
            if let Some(row) = &row {
                write.put_job(row)?;
            }
            let _ = staged.append(write)?;
            Ok(())
        };
        Ok(self.args.store.commit("failed evaluation", work).await?)
    }

    /// Drops the games in progress; the finished ones are in the match log.
    async fn finish(&mut self) {
        let Some(mut run) = self.run.take() else { return };
        run.stop.send_replace(true);
        if tokio::time::timeout(STOP_LIMIT, &mut run.task).await.is_err() {
            tracing::error!(job = %run.order.job, limit = ?STOP_LIMIT, "the arena's threads did not end; left behind");
        }
    }
}
