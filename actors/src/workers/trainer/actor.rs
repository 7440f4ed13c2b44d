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
    ConfigKey, ErrorCode, Event, FailureNote, JobId, NodeId, Samples, TrainingFailed, TrainingLossAnomaly,
    TrainingProgress, TrainingStarted, TrainingSteps, UnixMillis,
};
use rr_storage::{BlobStore, DataLayout};
use rr_train::{TrainedModel, TrainerLine};
use tokio::sync::watch;

use super::child::{RunningChild, built_in};
use super::message::TrainerMsg;
use super::outcome::{FinishedRun, Recorder, losses, note};
use super::run_folder::{RunFolder, RunPlan};
use super::status::TrainingStatus;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::permit::{PermitWatch, WorkKind, WorkPermit};
use crate::store::StoreAccess;

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
    args: TrainerArgs,
    myself: ActorRef<TrainerMsg>,
    _watch: PermitWatch,
    run: Option<Run>,
    waiting: VecDeque<(GameConfig, TrainingOrder)>,
}

struct Run {
    key: ConfigKey,
    order: TrainingOrder,
    folder: RunFolder,
    started: UnixMillis,
    child: Option<RunningChild>,
    /// The last step that a checkpoint holds.
    saved: u64,
    /// How far its child is; none before its first word.
    status: Option<TrainingStatus>,
    end: Option<RunResult>,
}

enum RunResult {
    Completed(Box<TrainedModel>),
    Stopped,
    Failed { failure: FailureNote, retryable: bool },
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
        Ok(TrainerState { args, myself, _watch: watch, run: None, waiting: VecDeque::new() })
    }

    async fn handle(
        &self,
        _myself: ActorRef<TrainerMsg>,
        message: TrainerMsg,
        state: &mut TrainerState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            TrainerMsg::Train { config, order } => state.accept(config, order),
            TrainerMsg::PermitChanged => state.next(),
            TrainerMsg::Prepared { job, failure } => state.prepared(job, failure).await,
            TrainerMsg::Told { job, line } => state.told(job, *line).await,
            TrainerMsg::Exited { job, status } => state.exited(job, &status).await,
            TrainerMsg::Recorded { job, failure } => state.recorded(job, failure).await,
        }
        state.show();
        Ok(())
    }

    async fn post_stop(
        &self,
        _myself: ActorRef<TrainerMsg>,
        state: &mut TrainerState,
    ) -> Result<(), ActorProcessingErr> {
        if let Some(child) = state.run.as_mut().and_then(|run| run.child.take()) {
            child.stop(STOP_WITHIN).await;
        }
        state.args.status.send_replace(None);
        Ok(())
    }
}

impl TrainerState {
    fn accept(&mut self, config: GameConfig, order: TrainingOrder) {
        let at_work = self.run.as_ref().is_some_and(|run| run.order == order);
        if !at_work && !self.waiting.iter().any(|(_, waiting)| *waiting == order) {
            self.waiting.push_back((config, order));
        }
        self.next();
    }

    /// Starts to prepare the next run, if none is at work and none is held.
    fn next(&mut self) {
        if self.run.is_some() || !self.args.permit.allows(WorkKind::Training) {
            return;
        }
        let Some((config, order)) = self.waiting.pop_front() else { return };
        let Ok(key) = ConfigKey::new(config.board.name(), config.players) else { return };
        let folder = RunFolder::new(&self.args.layout, order.job);
        let started = self.now();
        let run = Run {
            key,
            order,
            folder: folder.clone(),
            started,
            child: None,
            saved: 0,
            status: None,
            end: None,
        };
        self.run = Some(run);
        let plan = RunPlan {
            config,
            key,
            order,
            settings: self.args.settings.clone(),
            devices: self.args.devices.clone(),
            net: self.args.net,
            seed: self.args.settings.seed ^ u64::from_le_bytes(first_bytes(order.job)),
        };
        let (store, blobs, trainer) =
            (self.args.store.clone(), Arc::clone(&self.args.blobs), self.myself.clone());
        let (publisher, clock) = (self.args.publisher.clone(), Arc::clone(&self.args.clock));
        tokio::spawn(async move {
            let prepare = move |snapshot: &rr_storage::StoreSnapshot| {
                Ok(if folder.is_prepared() {
                    Ok(None)
                } else {
                    folder.prepare(&plan, snapshot, &blobs).map(Some)
                })
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
        });
    }

    async fn prepared(&mut self, job: JobId, failure: Option<FailureNote>) {
        let Some(run) = self.run.as_mut().filter(|run| run.order.job == job) else { return };
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

    async fn told(&mut self, job: JobId, line: TrainerLine) {
        let node = self.args.node.clone();
        let Some(run) = self.run.as_mut().filter(|run| run.order.job == job) else { return };
        run.status = TrainingStatus::of(run.key, &line).or(run.status);
        let event: Option<Event> = match line {
            TrainerLine::Started { step, steps, window, .. } => {
                run.saved = step;
                Some(
                    TrainingStarted {
                        config: run.key,
                        job,
                        attempt: run.order.attempt,
                        parent: Some(run.order.parent),
                        start_step: TrainingSteps(step),
                        total_steps: TrainingSteps(steps),
                        window_samples: Samples(window.samples),
                        node,
                    }
                    .into(),
                )
            }
            TrainerLine::Progress {
                step, steps, losses: parts, learning_rate, samples_per_second, ..
            } => Some(
                TrainingProgress {
                    config: run.key,
                    job,
                    step: TrainingSteps(step),
                    total_steps: TrainingSteps(steps),
                    losses: losses(&parts),
                    learning_rate,
                    samples_per_second,
                }
                .into(),
            ),
            TrainerLine::Checkpoint { step } => {
                run.saved = step;
                None
            }
            TrainerLine::RolledBack { from_step, to_step, reason, rate_scale } => {
                tracing::warn!(%job, from_step, to_step, reason, rate_scale, "training went bad and was rolled back");
                let (step, back_to) = (TrainingSteps(from_step), TrainingSteps(to_step));
                let config = run.key;
                Some(TrainingLossAnomaly { config, job, step, back_to, reason, rate_scale }.into())
            }
            TrainerLine::Validation { samples, losses } => {
                tracing::info!(%job, samples, loss = losses.total, policy = losses.policy, value = losses.value, "validation");
                None
            }
            TrainerLine::Completed { result } => {
                run.end = Some(RunResult::Completed(Box::new(result)));
                None
            }
            TrainerLine::Stopped { step } => {
                run.saved = step;
                run.end = Some(RunResult::Stopped);
                None
            }
            TrainerLine::Failed { message, retryable, step } => {
                run.saved = step;
                run.end = Some(RunResult::Failed { failure: note(ErrorCode::ChildDied, message), retryable });
                None
            }
        };
        if let Some(event) = event {
            self.publish(event).await;
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
        let now = self.now();
        let Some(run) = &mut self.run else { return };
        let finished = FinishedRun {
            key: run.key,
            order: run.order,
            folder: run.folder.clone(),
            started: run.started,
            now,
        };
        match run.end.take() {
            Some(RunResult::Completed(result)) => {
                let recorder = Recorder {
                    store: self.args.store.clone(),
                    blobs: Arc::clone(&self.args.blobs),
                    publisher: self.args.publisher.clone(),
                };
                let (trainer, job) = (self.myself.clone(), run.order.job);
                tokio::spawn(async move {
                    let recorded = recorder.record(finished, *result).await;
                    let failure = recorded.err().map(|error| note(ErrorCode::Io, error));
                    let _ = trainer.cast(TrainerMsg::Recorded { job, failure }); // gone with its supervisor
                });
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
        let Some(run) = self.run.take() else { return };
        tracing::warn!(job = %run.order.job, code = %failure.code.as_str(), message = failure.message, "training failed");
        let will_retry = retryable && run.order.attempt < self.args.settings.max_attempts;
        if !will_retry {
            run.folder.remove();
        }
        let event = TrainingFailed {
            config: run.key,
            job: run.order.job,
            attempt: run.order.attempt,
            checkpoint_step: TrainingSteps(run.saved),
            will_retry,
            failure,
        };
        self.publish(event.into()).await;
        self.next();
    }

    fn show(&self) {
        let now = self.run.as_ref().and_then(|run| run.status);
        self.args.status.send_if_modified(|shown| std::mem::replace(shown, now) != now);
    }

    async fn publish(&self, event: Event) {
        let name = event.name();
        if let Err(error) = self.args.publisher.publish(event, None).await {
            tracing::error!(event = name, %error, "an event of the trainer was not published");
        }
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.args.clock.unix_ms())
    }
}

fn first_bytes(job: JobId) -> [u8; 8] {
    let bytes = job.as_bytes();
    std::array::from_fn(|i| bytes[i])
}
