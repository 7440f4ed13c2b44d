//! The self-play actor of one slot. Supervised by `workers`, one for one; nothing restarts with it, and the next order of the
//! config actor sets it to work again.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle as ThreadHandle;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_config::{SearchSection, SelfplaySection};
use rr_proto::NodeId;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::board_games::GameSetup;
use super::commit::{Committer, SlotTarget};
use super::failure::WorkerFailure;
use super::pool::SelfPlayPool;
use super::slot_thread::{SlotOrder, SlotThread};
use super::status::SelfPlayStatus;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::devices::DeviceClient;
use crate::permit::{PermitWatch, WorkKind, WorkPermit};
use crate::store::StoreAccess;
use crate::workers::SelfPlayAssignment;

/// How long a stop waits for the thread to come to the end of a batch.
const THREAD_LIMIT: Duration = Duration::from_secs(3);
/// How long a stop waits for finished games to be stored.
const STORE_LIMIT: Duration = Duration::from_secs(5);
/// Finished games that may wait to be stored, in batches of a commit; then the thread waits.
const WAITING_BATCHES: usize = 4;

/// What a self-play slot is told.
#[derive(Debug)]
pub enum SelfPlayMsg {
    /// Play this; the same order again changes nothing.
    Assign(SelfPlayAssignment),
    /// Whether games may be played may have changed. Sent by the permit.
    PermitChanged,
    /// The thread has ended. Sent by the thread.
    ThreadEnded(Result<(), WorkerFailure>),
    /// Storing has ended. Sent by the task that stores.
    StoringEnded(Result<(), WorkerFailure>),
}

/// What a self-play slot needs.
#[derive(Clone)]
pub struct SelfPlayArgs {
    /// The number of the slot.
    pub slot: u32,
    /// What all slots of the process share.
    pub pool: Arc<SelfPlayPool>,
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// Evaluates positions.
    pub device: DeviceClient,
    /// How games are made.
    pub selfplay: SelfplaySection,
    /// How they are searched.
    pub search: SearchSection,
    /// Positions in a batch, at most.
    pub max_batch: usize,
    /// This node.
    pub node: NodeId,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether games may be played.
    pub permit: WorkPermit,
    /// Where the live counts go.
    pub status: watch::Sender<SelfPlayStatus>,
}

/// Plays games on a thread of its own.
pub struct SelfPlayActor;

/// What a slot holds while it runs; dropping it ends the thread.
pub struct SelfPlayState {
    slot: u32,
    permit: WorkPermit,
    _watch: PermitWatch,
    assignment: Option<SelfPlayAssignment>,
    orders: Sender<SlotOrder>,
    target: watch::Sender<Option<SlotTarget>>,
    stop: Arc<AtomicBool>,
    thread: Option<ThreadHandle<()>>,
    storing: Option<JoinHandle<()>>,
}

impl Actor for SelfPlayActor {
    type Msg = SelfPlayMsg;
    type State = SelfPlayState;
    type Arguments = SelfPlayArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<SelfPlayMsg>,
        args: SelfPlayArgs,
    ) -> Result<SelfPlayState, ActorProcessingErr> {
        let run_seed = args.pool.run_seed(&args.store).await?;
        Ok(SelfPlayState::start(&myself, args, run_seed)?)
    }

    async fn handle(
        &self,
        _myself: ActorRef<SelfPlayMsg>,
        message: SelfPlayMsg,
        state: &mut SelfPlayState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SelfPlayMsg::Assign(assignment) => state.assign(assignment),
            SelfPlayMsg::PermitChanged => state.permit_changed(),
            SelfPlayMsg::ThreadEnded(ended) | SelfPlayMsg::StoringEnded(ended) => ended?,
        }
        Ok(())
    }

    async fn post_stop(
        &self,
        _myself: ActorRef<SelfPlayMsg>,
        state: &mut SelfPlayState,
    ) -> Result<(), ActorProcessingErr> {
        state.finish().await;
        Ok(())
    }
}

impl SelfPlayState {
    fn start(
        myself: &ActorRef<SelfPlayMsg>,
        args: SelfPlayArgs,
        run_seed: u64,
    ) -> Result<Self, WorkerFailure> {
        let stop = Arc::new(AtomicBool::new(false));
        let commit_games = args.selfplay.commit_games as usize;
        let (games, finished) = mpsc::channel(commit_games.max(1) * WAITING_BATCHES);
        let (target, told) = watch::channel(None);
        let committer = Committer {
            slot: args.slot,
            target: told,
            progress: None,
            clock: Arc::clone(&args.clock),
            store: args.store.clone(),
            publisher: args.publisher,
            node: args.node,
            batch: commit_games,
            wait: Duration::from_millis(args.selfplay.commit_ms),
            status: args.status.clone(),
        };
        let actor = myself.clone();
        let storing = tokio::spawn(async move {
            let ended = committer.run(finished).await;
            let _ = actor.cast(SelfPlayMsg::StoringEnded(ended)); // the actor may be gone
        });
        let setup = GameSetup {
            pool: args.pool,
            run_seed,
            device: args.device,
            runtime: Handle::current(),
            stop: Arc::clone(&stop),
            selfplay: args.selfplay,
            search: args.search,
            max_batch: args.max_batch,
        };
        let (orders, inbox) = channel();
        let thread = SlotThread::new(setup, inbox, games, args.status, args.clock);
        let name = format!("rr-selfplay-{}", args.slot);
        let actor = myself.clone();
        let thread = std::thread::Builder::new().name(name.clone()).spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(|| thread.run()));
            let ended = ended.unwrap_or_else(|panic| Err(panicked(&name, &*panic)));
            let _ = actor.cast(SelfPlayMsg::ThreadEnded(ended)); // the actor may be gone
        })?;
        let watch = args.permit.watch(myself, || SelfPlayMsg::PermitChanged);
        Ok(Self {
            slot: args.slot,
            permit: args.permit,
            _watch: watch,
            assignment: None,
            orders,
            target,
            stop,
            thread: Some(thread),
            storing: Some(storing),
        })
    }

    fn assign(&mut self, assignment: SelfPlayAssignment) {
        self.assignment = Some(assignment);
        let SelfPlayAssignment { config, target, .. } = assignment;
        self.target.send_replace(target.map(|target| SlotTarget { config, target }));
        let active = assignment.active && self.permit.allows(WorkKind::SelfPlay);
        self.order(SlotOrder::Assign(SelfPlayAssignment { active, ..assignment }));
    }

    /// Goes on with what was assigned, or lets its games wait where they are.
    fn permit_changed(&mut self) {
        if let Some(assignment) = self.assignment {
            self.assign(assignment);
        }
    }

    fn order(&self, order: SlotOrder) {
        let _ = self.orders.send(order); // a thread that has ended says so itself
    }

    /// Ends the thread between two batches and waits until what it finished is stored.
    async fn finish(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.order(SlotOrder::Stop);
        if let Some(thread) = self.thread.take() {
            let ended = tokio::task::spawn_blocking(move || thread.join().is_ok());
            if tokio::time::timeout(THREAD_LIMIT, ended).await.is_err() {
                tracing::error!(slot = self.slot, limit = ?THREAD_LIMIT, "the self-play thread did not end; left behind");
                return;
            }
        }
        if let Some(storing) = self.storing.take()
            && tokio::time::timeout(STORE_LIMIT, storing).await.is_err()
        {
            tracing::error!(slot = self.slot, limit = ?STORE_LIMIT, "finished games are still not stored");
        }
    }
}

impl Drop for SelfPlayState {
    fn drop(&mut self) {
        // The thread of a killed actor ends at its next batch: its sender of orders goes with the state.
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Describes a panic.
pub(crate) fn panicked(thread: &str, panic: &(dyn Any + Send)) -> WorkerFailure {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let cause = text.or_else(|| panic.downcast_ref::<String>().cloned());
    WorkerFailure::Panicked {
        thread: thread.to_owned(),
        cause: cause.unwrap_or_else(|| "without a message".to_owned()),
    }
}
