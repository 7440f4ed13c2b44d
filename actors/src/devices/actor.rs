//! The device actor. Supervised by `devices`, one_for_one: nothing restarts with it, its models are loaded again on demand.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use rr_config::{DevicesSection, ExecutionProvider};
use rr_onnx::{Provider, ProviderChoice, Runtime, SessionOptions};
use rr_proto::ModelId;
use rr_storage::BlobStore;

use super::batch::InferRequest;
use super::lane::{BatchOutcome, Lane, OpenedModel, open_model};
use super::rate::RateMeter;
use super::report::{DeviceReport, LoadedModel};
use crate::clock::Clock;
use crate::error::DeviceFailure;
use crate::permit::{WorkKind, WorkPermit};

/// Span over which rates are measured.
const RATE_SPAN: Duration = Duration::from_secs(10);

type LoadReply = RpcReplyPort<Result<ProviderChoice, DeviceFailure>>;

/// What a device can be asked.
#[derive(Debug)]
pub enum DeviceMsg {
    /// Answer this batch.
    Infer(InferRequest),
    /// Load this model from its blob; `card` is its card. Answers with the provider in use.
    Load {
        /// The model.
        model: ModelId,
        /// Its card, as JSON.
        card: String,
        /// Where the answer goes.
        reply: LoadReply,
    },
    /// Let go of this model.
    Unload(ModelId),
    /// Let go of the models that nobody has used for this long; answers with how many those were.
    UnloadIdle(Duration, RpcReplyPort<usize>),
    /// Refuse new batches, or take them again: memory is short, or no longer.
    Pause(bool),
    /// Describe yourself.
    Report(RpcReplyPort<DeviceReport>),
    /// A model has been opened, or not. Sent by the device itself.
    Opened(ModelId, Result<OpenedModel, DeviceFailure>),
    /// A lane has dealt with a batch. Sent by the lane.
    BatchDone(BatchOutcome),
}

/// What a device is started with.
#[derive(Clone)]
pub struct DeviceArgs {
    /// The name, such as `cpu:0`.
    pub name: String,
    /// The loaded ONNX Runtime.
    pub runtime: Runtime,
    /// The providers to try, and the number of the accelerator.
    pub options: SessionOptions,
    /// Where model files lie.
    pub blobs: BlobStore,
    /// The time, for rates.
    pub clock: Arc<dyn Clock>,
    /// Batches that a lane has in hand: one running, the rest ready.
    pub in_flight: usize,
    /// Threads that compute batches side by side, each with sessions of its own.
    pub lanes: usize,
    /// Batches that may wait for a lane; more are refused.
    pub queue: usize,
    /// Models that are loaded at the same time; the one unused longest makes room.
    pub max_models: usize,
    /// Whether a further model may be loaded.
    pub permit: WorkPermit,
}

impl DeviceArgs {
    /// Takes one lane with two batches in hand, 64 more waiting, and eight models.
    pub fn new(
        name: &str,
        runtime: Runtime,
        options: SessionOptions,
        blobs: BlobStore,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (name, permit) = (name.to_owned(), WorkPermit::new(clock.clone()));
        Self {
            name,
            runtime,
            options,
            blobs,
            clock,
            in_flight: 2,
            lanes: 1,
            queue: 64,
            max_models: 8,
            permit,
        }
    }

    /// Takes providers, accelerator, threads and batches in hand from the configuration.
    #[must_use]
    pub fn configured(self, section: &DevicesSection) -> Self {
        let provider = |wanted: &ExecutionProvider| match wanted {
            ExecutionProvider::TensorRt => Provider::TensorRt,
            ExecutionProvider::Cuda => Provider::Cuda,
            ExecutionProvider::Cpu => Provider::Cpu,
        };
        let options = SessionOptions {
            providers: section.providers.iter().map(provider).collect(),
            device: i32::try_from(section.device_index).unwrap_or(i32::MAX),
            threads: section.session_threads as usize,
        };
        Self { options, in_flight: section.in_flight as usize, ..self }
    }
}

/// Owns the sessions on one accelerator.
#[derive(Debug)]
pub struct DeviceActor;

/// What a device holds while it runs.
pub struct DeviceState {
    args: DeviceArgs,
    lanes: Vec<Lane>,
    models: BTreeMap<ModelId, Loaded>,
    opening: BTreeMap<ModelId, Vec<LoadReply>>,
    waiting: VecDeque<InferRequest>,
    uses: u64,
    totals: Totals,
    rate: RateMeter,
    paused: bool,
}

struct Loaded {
    provider: ProviderChoice,
    last_use: u64,
    used_at: Duration,
}

#[derive(Default)]
struct Totals {
    batches: u64,
    evals: u64,
    failures: u64,
}

impl Actor for DeviceActor {
    type Msg = DeviceMsg;
    type State = DeviceState;
    type Arguments = DeviceArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<DeviceMsg>,
        args: DeviceArgs,
    ) -> Result<DeviceState, ActorProcessingErr> {
        let start = |index| {
            let device = myself.clone();
            let done = move |outcome| drop(device.cast(DeviceMsg::BatchDone(outcome)));
            Lane::start(&args.name, index, done)
        };
        let lanes = (0..args.lanes.max(1)).map(start).collect::<Result<_, _>>()?;
        let rate = RateMeter::new(RATE_SPAN, args.clock.monotonic());
        Ok(DeviceState {
            args,
            lanes,
            models: BTreeMap::new(),
            opening: BTreeMap::new(),
            waiting: VecDeque::new(),
            uses: 0,
            totals: Totals::default(),
            rate,
            paused: false,
        })
    }

    async fn post_stop(
        &self,
        _: ActorRef<DeviceMsg>,
        state: &mut DeviceState,
    ) -> Result<(), ActorProcessingErr> {
        state.waiting.drain(..).for_each(|request| request.refuse(DeviceFailure::Stopping));
        let lanes = std::mem::take(&mut state.lanes);
        tokio::task::spawn_blocking(move || lanes.into_iter().for_each(Lane::close)).await?;
        Ok(())
    }

    async fn handle(
        &self,
        myself: ActorRef<DeviceMsg>,
        message: DeviceMsg,
        state: &mut DeviceState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            DeviceMsg::Infer(request) => state.infer(request)?,
            DeviceMsg::Load { model, card, reply } => state.load(&myself, model, card, reply),
            DeviceMsg::Unload(model) => state.unload(model)?,
            DeviceMsg::UnloadIdle(idle, reply) => drop(reply.send(state.unload_idle(idle)?)),
            DeviceMsg::Pause(paused) => state.paused = paused,
            DeviceMsg::Report(reply) => drop(reply.send(state.report())),
            DeviceMsg::Opened(model, opened) => state.opened(model, opened)?,
            DeviceMsg::BatchDone(outcome) => state.batch_done(outcome)?,
        }
        Ok(())
    }
}

impl DeviceState {
    fn infer(&mut self, request: InferRequest) -> Result<(), DeviceFailure> {
        let model = request.model;
        self.uses += 1;
        let Some(loaded) = self.models.get_mut(&model) else {
            request.refuse(DeviceFailure::NotLoaded { model });
            return Ok(());
        };
        loaded.last_use = self.uses;
        loaded.used_at = self.args.clock.monotonic();
        if self.paused {
            request.refuse(DeviceFailure::Paused { device: self.args.name.clone() });
        } else if self.waiting.len() >= self.args.queue {
            request.refuse(DeviceFailure::Busy { device: self.args.name.clone() });
        } else {
            self.waiting.push_back(request);
        }
        self.dispatch()
    }

    /// Gives waiting batches to lanes that have room, the emptiest first.
    fn dispatch(&mut self) -> Result<(), DeviceFailure> {
        let room = self.args.in_flight.max(1);
        while !self.waiting.is_empty() {
            let Some(lane) = self.lanes.iter_mut().min_by_key(|lane| lane.in_flight) else { return Ok(()) };
            if lane.in_flight >= room {
                return Ok(());
            }
            if let Some(request) = self.waiting.pop_front() {
                lane.infer(request)?;
            }
        }
        Ok(())
    }

    fn load(&mut self, myself: &ActorRef<DeviceMsg>, model: ModelId, card: String, reply: LoadReply) {
        if let Some(loaded) = self.models.get(&model) {
            let _ = reply.send(Ok(loaded.provider.clone())); // the asker may have gone
            return;
        }
        if !self.args.permit.allows(WorkKind::Session) {
            let _ = reply.send(Err(DeviceFailure::Paused { device: self.args.name.clone() }));
            return;
        }
        let askers = self.opening.entry(model).or_default();
        askers.push(reply);
        if askers.len() > 1 {
            return; // it is being opened for somebody else already
        }
        let (args, device) = (self.args.clone(), myself.clone());
        tokio::task::spawn_blocking(move || {
            let with = (&args.runtime, &args.options);
            let opened = open_model(with, &args.blobs, model, &card, args.lanes);
            let _ = device.cast(DeviceMsg::Opened(model, opened)); // refused only when the device stops
        });
    }

    fn opened(
        &mut self,
        model: ModelId,
        opened: Result<OpenedModel, DeviceFailure>,
    ) -> Result<(), DeviceFailure> {
        let askers = self.opening.remove(&model).unwrap_or_default();
        let opened = match opened {
            Ok(opened) => opened,
            Err(failure) => {
                tracing::warn!(device = %self.args.name, %failure, "a model was not loaded");
                let cause = failure.to_string();
                for asker in askers {
                    let _ = asker.send(Err(DeviceFailure::BadModel { model, cause: cause.clone() }));
                }
                return Ok(());
            }
        };
        self.make_room()?;
        for (lane, session) in self.lanes.iter().zip(opened.sessions) {
            lane.install(model, session)?;
        }
        for asker in askers {
            let _ = asker.send(Ok(opened.provider.clone()));
        }
        self.uses += 1;
        let (last_use, used_at) = (self.uses, self.args.clock.monotonic());
        self.models.insert(model, Loaded { provider: opened.provider, last_use, used_at });
        Ok(())
    }

    fn make_room(&mut self) -> Result<(), DeviceFailure> {
        while self.models.len() >= self.args.max_models.max(1) {
            let oldest =
                self.models.iter().min_by_key(|(_, loaded)| loaded.last_use).map(|(model, _)| *model);
            match oldest {
                Some(model) => self.unload(model)?,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    fn unload_idle(&mut self, idle: Duration) -> Result<usize, DeviceFailure> {
        let now = self.args.clock.monotonic();
        let unused = self.models.iter().filter(|(_, loaded)| now.saturating_sub(loaded.used_at) >= idle);
        let idle: Vec<ModelId> = unused.map(|(model, _)| *model).collect();
        idle.iter().try_for_each(|model| self.unload(*model))?;
        Ok(idle.len())
    }

    fn unload(&mut self, model: ModelId) -> Result<(), DeviceFailure> {
        self.models.remove(&model);
        self.lanes.iter().try_for_each(|lane| lane.remove(model))
    }

    fn batch_done(&mut self, outcome: BatchOutcome) -> Result<(), DeviceFailure> {
        if let Some(lane) = self.lanes.get_mut(outcome.lane) {
            lane.in_flight = lane.in_flight.saturating_sub(1);
        }
        self.totals.batches += 1;
        if outcome.failed {
            self.totals.failures += 1;
            self.unload(outcome.model)?;
        } else {
            self.totals.evals += outcome.rows as u64;
            self.rate.record(self.args.clock.monotonic(), outcome.rows as u64, outcome.busy);
        }
        self.dispatch()
    }

    fn report(&self) -> DeviceReport {
        let (evals_per_second, busy) = self.rate.rates(self.args.clock.monotonic());
        let describe =
            |(&model, loaded): (&ModelId, &Loaded)| LoadedModel { model, provider: loaded.provider.clone() };
        DeviceReport {
            name: self.args.name.clone(),
            models: self.models.iter().map(describe).collect(),
            batches: self.totals.batches,
            evals: self.totals.evals,
            failures: self.totals.failures,
            evals_per_second,
            busy: busy / self.lanes.len().max(1) as f64,
            in_flight: self.lanes.iter().map(|lane| lane.in_flight).sum(),
            waiting: self.waiting.len(),
            paused: self.paused,
        }
    }
}
