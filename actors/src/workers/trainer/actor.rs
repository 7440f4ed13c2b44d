//! The trainer actor. Supervised by `workers`, one for one; a restart ends its child, and the config actor's next order resumes
//! the run from its checkpoint.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::TrainingOrder;
use rr_config::{DevicesSection, NetShape, TrainingSection};
use rr_engine::board::GameConfig;
use rr_proto::{
    ConfigKey, ErrorCode, Event, FailureNote, JobId, NodeId, TrainingFailed, TrainingSteps, UnixMillis,
};
use rr_storage::{BlobStore, DataLayout, JobKind, JobState};
use tokio::sync::watch;
use tracing::{Instrument, Span};

use super::child::{RunningChild, built_in};
use super::message::TrainerMsg;
use super::outcome::{FinishedRun, Recorder, note};
use super::run::{Run, RunResult};
use super::run_folder::{RunFolder, RunPlan};
use super::status::TrainingStatus;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::parity_gate::grant_in_force;
use crate::permit::{PermitWatch, WorkKind, WorkPermit};
use crate::store::StoreAccess;
use crate::trace::followed;
use crate::workers::{JobBook, JobEntry};

/// How long a child may take to write its last checkpoint.
const STOP_WITHIN: Duration = Duration::from_secs(15);

/// What the trainer needs.
#[derive(Clone)]
pub struct TrainerArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Models.
    pub blobs: Arc<BlobStore>,
    /// Events.
    pub publisher: EventPublisher,
    /// Folders of runs.
    pub layout: DataLayout,
    /// How to train.
    pub settings: TrainingSection,
    /// Which devices compute.
    pub devices: DevicesSection,
    /// Size of the network.
    pub net: NetShape,
    /// This program's own file, which is also the child's.
    pub program: PathBuf,
    /// This node.
    pub node: NodeId,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether a run may begin.
    pub permit: WorkPermit,
    /// Shows the run at work.
    pub status: watch::Sender<Option<TrainingStatus>>,
}

/// Trains, one run at a time, in a child process.
pub struct TrainerActor;

/// The run at work and those that wait.
pub struct TrainerState {
    pub(super) args: TrainerArgs,
    myself: ActorRef<TrainerMsg>,
    _watch: PermitWatch,
    pub(super) run: Option<Run>,
    pub(super) waiting: VecDeque<(GameConfig, TrainingOrder)>,
    pub(super) book: JobBook,
}

impl Actor for TrainerActor {
    type Msg = TrainerMsg;
    type State = TrainerState;
    type Arguments = TrainerArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<TrainerMsg>,
        args: TrainerArgs,
    ) -> Result<TrainerState, ActorProcessingErr> {
        let watch = args.permit.watch(&myself, || TrainerMsg::PermitChanged);
        let book = JobBook::new(JobKind::Training, &args.store, &args.publisher, &args.clock);
        Ok(TrainerState { args, myself, _watch: watch, run: None, waiting: VecDeque::new(), book })
    }

    async fn handle(
        &self,
        _myself: ActorRef<TrainerMsg>,
        message: TrainerMsg,
        state: &mut TrainerState,
    ) -> Result<(), ActorProcessingErr> {
        let of_run = state.run.as_ref().map_or_else(Span::none, |run| run.span.clone());
        match message {
            TrainerMsg::Train { config, order } => state.accept(config, order).await,
            TrainerMsg::Cancel { job, reply } => {
                let _ = reply.send(state.cancel(job).await); // the asker may have given up
            }
            TrainerMsg::PermitChanged => state.next(),
            TrainerMsg::Prepared { job, failure } => state.prepared(job, failure).instrument(of_run).await,
            TrainerMsg::Told { job, line } => state.told(job, *line).instrument(of_run).await,
            TrainerMsg::Exited { job, status } => state.exited(job, &status).instrument(of_run).await,
            TrainerMsg::Recorded { job, failure } => state.recorded(job, failure).instrument(of_run).await,
        }
        state.show();
        Ok(())
    }

    async fn post_stop(
        &self,
        _myself: ActorRef<TrainerMsg>,
        state: &mut TrainerState,
    ) -> Result<(), ActorProcessingErr> {
        if let Some(mut run) = state.run.take() {
            if let Some(child) = run.child.take() {
                child.stop(STOP_WITHIN).await;
            }
            if !run.recording {
                state.note(run.entry(), JobState::Queued).await;
            }
        }
        state.args.status.send_replace(None);
        Ok(())
    }
}

impl TrainerState {
    async fn accept(&mut self, config: GameConfig, order: TrainingOrder) {
        let at_work = self.run.as_ref().is_some_and(|run| run.order == order);
        let new = !at_work && !self.waiting.iter().any(|(_, waiting)| *waiting == order);
        if new {
            self.waiting.push_back((config, order));
        }
        self.next();
        if new
            && self.waiting.iter().any(|(_, waiting)| *waiting == order)
            && let Some(entry) = entry_of(config, order)
        {
            self.note(entry, JobState::Queued).await;
        }
    }

    /// Writes down how far a run is; one that can't be is only not shown.
    async fn note(&self, entry: JobEntry, state: JobState) {
        if let Err(error) = self.book.note(entry, state).await {
            tracing::warn!(job = %entry.id, ?state, %error, "the state of a training run was not written down");
        }
    }

    /// Starts to prepare the next run, if none is at work and none is held.
    pub(super) fn next(&mut self) {
        if self.run.is_some() || !self.args.permit.allows(WorkKind::Training) {
            return;
        }
        let Some((config, order)) = self.waiting.pop_front() else { return };
        let Ok(key) = ConfigKey::new(config.board.name(), config.players) else { return };
        let folder = RunFolder::new(&self.args.layout, order.job);
        let started = self.now();
        let (child, end, recording) = (None, None, false);
        let span = followed(tracing::info_span!(
            parent: None,
            "training",
            config = %key,
            job = %order.job,
            parent_model = %order.parent,
            attempt = order.attempt
        ));
        let at_work = span.clone();
        let (folder_of_run, status) = (folder.clone(), None);
        self.run = Some(Run {
            key,
            order,
            folder: folder_of_run,
            span,
            started,
            child,
            saved: 0,
            status,
            end,
            recording,
        });
        let plan = RunPlan {
            config,
            key,
            order,
            settings: self.args.settings.clone(),
            devices: self.args.devices.clone(),
            net: self.args.net,
            seed: self.args.settings.seed ^ u64::from_le_bytes(first_bytes(order.job)),
            now: started,
            granted: false,
        };
        let (store, blobs, trainer) =
            (self.args.store.clone(), Arc::clone(&self.args.blobs), self.myself.clone());
        let (publisher, clock) = (self.args.publisher.clone(), Arc::clone(&self.args.clock));
        let (book, entry) =
            (self.book.clone(), JobEntry { id: order.job, config: key, attempt: order.attempt });
        let work = async move {
            if let Ok(false) = book.note(entry, JobState::Running).await {
                let failure = Some(note(ErrorCode::Cancelled, "the run has ended before"));
                let _ = trainer.cast(TrainerMsg::Prepared { job: order.job, failure }); // gone with its supervisor
                return;
            }
            let prepare = move |snapshot: &rr_storage::StoreSnapshot| {
                let plan = RunPlan { granted: grant_in_force(snapshot, started)?, ..plan };
                Ok(folder.make_ready(&plan, snapshot, &blobs))
            };
            let failure = match store.query("prepare training", prepare).await {
                Ok(Ok(None)) => None,
                Ok(Ok(Some(export))) => {
                    let duration_ms = clock.unix_ms().saturating_sub(started.get());
                    let event = export.told(key, order.job, duration_ms);
                    if let Err(error) = publisher.publish(event, None).await {
                        tracing::error!(%error, "the export of a training run was not told of");
                    }
                    None
                }
                Ok(Err(error)) => Some(note(ErrorCode::NotEnoughData, error)),
                Err(error) => Some(note(error.code(), error)),
            };
            let _ = trainer.cast(TrainerMsg::Prepared { job: order.job, failure }); // gone with its supervisor
        };
        tokio::spawn(work.instrument(at_work));
    }

    async fn prepared(&mut self, job: JobId, failure: Option<FailureNote>) {
        let Some(run) = self.run.as_mut().filter(|run| run.order.job == job) else {
            // Called off meanwhile: what was prepared since goes too.
            return RunFolder::new(&self.args.layout, job).remove();
        };
        if failure.as_ref().is_some_and(|failure| failure.code == ErrorCode::Cancelled) {
            self.run = None;
            return self.next();
        }
        if let Some(failure) = failure {
            run.end = Some(RunResult::Failed { failure, retryable: true });
            return self.finish().await;
        }
        let external = &self.args.settings.external_command;
        let program = if external.is_empty() { built_in(&self.args.program) } else { external.clone() };
        match RunningChild::start(&program, job, &run.folder, &self.myself) {
            Ok(child) => {
                tracing::info!(%job, pid = child.pid, attempt = run.order.attempt, "training process started");
                run.child = Some(child);
            }
            Err(error) => {
                let message = format!("the training process {:?} did not start: {error}", program.first());
                run.end =
                    Some(RunResult::Failed { failure: note(ErrorCode::ChildDied, message), retryable: true });
                self.finish().await;
            }
        }
    }

    async fn exited(&mut self, job: JobId, status: &str) {
        let Some(run) = self.run.as_mut().filter(|run| run.order.job == job) else { return };
        run.child = None;
        if run.end.is_none() {
            let log = run.folder.log_file();
            let message = format!(
                "the training process ended ({status}) without a result; its messages are in {}",
                log.display()
            );
            run.end =
                Some(RunResult::Failed { failure: note(ErrorCode::ChildDied, message), retryable: true });
        }
        self.finish().await;
    }

    /// Deals with the end of the run at work.
    async fn finish(&mut self) {
        let Some(finished) = self.run.as_ref().map(|run| self.finished(run)) else { return };
        let Some(run) = &mut self.run else { return };
        match run.end.take() {
            Some(RunResult::Completed(result)) => {
                run.recording = true;
                let recorder = Recorder {
                    store: self.args.store.clone(),
                    blobs: Arc::clone(&self.args.blobs),
                    publisher: self.args.publisher.clone(),
                };
                let (trainer, job) = (self.myself.clone(), run.order.job);
                let work = async move {
                    let recorded = recorder.record(finished, *result).await;
                    let failure = recorded.err().map(|error| note(ErrorCode::Io, error));
                    let _ = trainer.cast(TrainerMsg::Recorded { job, failure }); // gone with its supervisor
                };
                tokio::spawn(work.in_current_span());
            }
            Some(RunResult::Failed { failure, retryable }) => self.fail(failure, retryable).await,
            // Asked to stop: the order comes again when the node does.
            Some(RunResult::Stopped) | None => {
                self.run = None;
                self.next();
            }
        }
    }

    async fn recorded(&mut self, job: JobId, failure: Option<FailureNote>) {
        let Some(run) = self.run.as_ref().filter(|run| run.order.job == job) else { return };
        match failure {
            None => {
                run.folder.remove();
                self.run = None;
                self.next();
            }
            Some(failure) => self.fail(failure, true).await,
        }
    }

    async fn fail(&mut self, failure: FailureNote, retryable: bool) {
        let will_retry = retryable
            && self.run.as_ref().is_some_and(|run| run.order.attempt < self.args.settings.max_attempts);
        let Some(run) = self.run.take() else { return };
        tracing::warn!(job = %run.order.job, code = %failure.code.as_str(), message = failure.message, "training failed");
        if !will_retry {
            run.folder.remove();
        }
        let entry = run.entry();
        let event = TrainingFailed {
            config: run.key,
            job: entry.id,
            attempt: entry.attempt,
            checkpoint_step: TrainingSteps(run.saved),
            will_retry,
            failure,
        };
        let state = if will_retry { JobState::Queued } else { JobState::Failed };
        if let Err(error) = self.book.tell(entry, state, event.into()).await {
            tracing::error!(job = %entry.id, %error, "TRAINING_FAILED was not stored; the run comes again");
        }
        self.next();
    }

    fn show(&self) {
        let now = self.run.as_ref().and_then(|run| run.status);
        self.args.status.send_if_modified(|shown| std::mem::replace(shown, now) != now);
    }

    fn finished(&self, run: &Run) -> FinishedRun {
        let (key, order, folder) = (run.key, run.order, run.folder.clone());
        FinishedRun { key, order, folder, started: run.started, now: self.now() }
    }

    pub(super) async fn publish(&self, event: Event) {
        let name = event.name();
        if let Err(error) = self.args.publisher.publish(event, None).await {
            tracing::error!(event = name, %error, "an event of the trainer was not published");
        }
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.args.clock.unix_ms())
    }
}

/// Names the job of an order.
pub(super) fn entry_of(config: GameConfig, order: TrainingOrder) -> Option<JobEntry> {
    let config = ConfigKey::new(config.board.name(), config.players).ok()?;
    Some(JobEntry { id: order.job, config, attempt: order.attempt })
}

fn first_bytes(job: JobId) -> [u8; 8] {
    let bytes = job.as_bytes();
    std::array::from_fn(|i| bytes[i])
}
