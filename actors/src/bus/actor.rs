//! The event bus actor. Supervised by the node, after the store and restarted with it; what stands after it restarts with
//! it and subscribes again.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_proto::EventEnvelope;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::dedup::DedupWindow;
use super::delivery::EventSink;
use super::filter::EventFilter;
use super::live::LiveSubscriber;
use super::pump::{Pump, PumpParts, PumpReport, StartFrom, SubscriberReport};
use super::settings::BusSettings;
use crate::clock::Clock;
use crate::error::{AddressError, BusFailure, StoreFailure};
use crate::store::StoreAccess;
use crate::supervision::Address;

/// Stored events after which old ones are trimmed.
const TRIM_EVERY: u64 = 1_000;
/// How long the bus may take to store a cursor: it waits for the disk.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks for everything that happens, from a stored cursor on.
#[derive(Debug)]
pub struct DurableSubscription {
    /// The name under which the cursor is stored; a second subscription of the name takes the place of the first.
    pub name: String,
    /// Which events.
    pub filter: EventFilter,
    /// Where a name begins that has no cursor yet.
    pub from: StartFrom,
    /// Where deliveries go.
    pub sink: EventSink,
}

/// Asks for what happens while the subscriber listens.
#[derive(Debug)]
pub struct LiveSubscription {
    /// The name, for reports; a second subscription of the name takes the place of the first.
    pub name: String,
    /// Which events.
    pub filter: EventFilter,
    /// Where deliveries go.
    pub sink: EventSink,
}

/// Describes what the bus has done since it started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BusReport {
    /// Events that were announced to live subscribers.
    pub announced: u64,
    /// Transient events that were refused as duplicates.
    pub duplicates: u64,
    /// Every subscriber, by name.
    pub subscribers: Vec<SubscriberReport>,
}

/// What the bus can be asked.
#[derive(Debug)]
pub enum BusMsg {
    /// Tell those who listen now. Publishers send transient events, the bus itself those it finds in the outbox.
    Announce {
        /// The event.
        envelope: Arc<EventEnvelope>,
        /// Its place in the outbox, if it has one.
        sequence: Option<u64>,
    },
    /// Serve this durable subscriber; answers with its cursor once it is stored.
    SubscribeDurable(DurableSubscription, RpcReplyPort<Result<u64, BusFailure>>),
    /// Serve this live subscriber.
    SubscribeLive(LiveSubscription, RpcReplyPort<()>),
    /// Forget the subscriber of this name, its cursor and all.
    Unsubscribe(String, RpcReplyPort<Result<(), BusFailure>>),
    /// The stored dead letters of these subscribers have changed.
    ReviewLetters(Vec<String>),
    /// Describe what you have done.
    Report(RpcReplyPort<BusReport>),
    /// A task of yours has panicked. Sent by the bus itself.
    TaskPanicked(String),
}

impl DurableSubscription {
    /// Subscribes at the bus.
    ///
    /// # Errors
    /// When the bus does not answer, or can't store the cursor.
    pub async fn open(self, bus: &Address<BusMsg>) -> Result<(), BusFailure> {
        bus.call(|reply| BusMsg::SubscribeDurable(self, reply), PATIENCE).await??;
        Ok(())
    }
}

impl LiveSubscription {
    /// Subscribes at the bus.
    ///
    /// # Errors
    /// When the bus does not answer.
    pub async fn open(self, bus: &Address<BusMsg>) -> Result<(), AddressError> {
        bus.call(|reply| BusMsg::SubscribeLive(self, reply), PATIENCE).await
    }
}

/// What the bus is started with.
#[derive(Clone)]
pub struct BusArgs {
    /// Where the outbox is.
    pub store: StoreAccess,
    /// The time, for retries.
    pub clock: Arc<dyn Clock>,
    /// How subscribers are treated.
    pub settings: BusSettings,
    /// Seed of the retries' jitter.
    pub seed: u64,
}

/// Delivers events to subscribers.
#[derive(Debug)]
pub struct EventBus;

/// What the bus holds while it runs.
pub struct BusState {
    args: BusArgs,
    live: BTreeMap<String, LiveSubscriber>,
    pumps: BTreeMap<String, RunningPump>,
    dedup: DedupWindow,
    announced: u64,
    duplicates: u64,
    _follower: OwnedTask,
}

struct RunningPump {
    report: PumpReport,
    review: watch::Sender<()>,
    _task: OwnedTask,
}

/// A task that ends with its owner.
struct OwnedTask(JoinHandle<()>);

impl Drop for OwnedTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Actor for EventBus {
    type Msg = BusMsg;
    type State = BusState;
    type Arguments = BusArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<BusMsg>,
        args: BusArgs,
    ) -> Result<BusState, ActorProcessingErr> {
        let outbox = args.store.watch_events().await?;
        let follow = follow(myself.clone(), args.store.clone(), outbox, args.settings.history);
        Ok(BusState {
            live: BTreeMap::new(),
            pumps: BTreeMap::new(),
            dedup: DedupWindow::new(args.settings.dedup_window),
            announced: 0,
            duplicates: 0,
            _follower: own(&myself, "the follower of the outbox", follow),
            args,
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<BusMsg>,
        message: BusMsg,
        state: &mut BusState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            BusMsg::Announce { envelope, sequence } => state.announce(&envelope, sequence),
            BusMsg::SubscribeDurable(subscription, reply) => state.subscribe(&myself, subscription, reply),
            BusMsg::SubscribeLive(subscription, reply) => state.listen(subscription, reply),
            BusMsg::Unsubscribe(name, reply) => state.unsubscribe(name, reply),
            BusMsg::ReviewLetters(names) => state.review_letters(&names),
            BusMsg::Report(reply) => state.report(reply),
            BusMsg::TaskPanicked(task) => return Err(BusFailure::TaskPanicked { task }.into()),
        }
        Ok(())
    }
}

impl BusState {
    fn announce(&mut self, envelope: &Arc<EventEnvelope>, sequence: Option<u64>) {
        let duplicate =
            sequence.is_none() && envelope.event.dedup_key().is_ok_and(|hash| !self.dedup.insert(hash));
        if duplicate {
            self.duplicates += 1;
            return;
        }
        self.announced += 1;
        self.live.retain(|_, subscriber| !subscriber.is_gone());
        self.live.values_mut().for_each(|subscriber| subscriber.hear(envelope, sequence));
    }

    fn subscribe(
        &mut self,
        myself: &ActorRef<BusMsg>,
        subscription: DurableSubscription,
        reply: RpcReplyPort<Result<u64, BusFailure>>,
    ) {
        let name = subscription.name;
        self.pumps.remove(&name); // its task ends before the next one registers the cursor
        let seed =
            self.args.seed ^ rr_proto::Sha256Digest::of(name.as_bytes()).as_bytes().iter().fold(0, fold);
        let (review, reviews) = watch::channel(());
        let pump = Pump::new(PumpParts {
            name: name.clone(),
            filter: subscription.filter,
            sink: subscription.sink,
            from: subscription.from,
            store: self.args.store.clone(),
            clock: Arc::clone(&self.args.clock),
            settings: self.args.settings,
            rng: ChaCha8Rng::seed_from_u64(seed),
            reviews,
        });
        let report = pump.report();
        let task = own(myself, &name, pump.run(reply));
        self.pumps.insert(name, RunningPump { report, review, _task: task });
    }

    fn listen(&mut self, subscription: LiveSubscription, reply: RpcReplyPort<()>) {
        let LiveSubscription { name, filter, sink } = subscription;
        let subscriber = LiveSubscriber::new(name, filter, sink, self.args.settings.live_queue);
        self.live.insert(subscriber.name.clone(), subscriber);
        let _ = reply.send(()); // the asker may have given up
    }

    fn unsubscribe(&mut self, name: String, reply: RpcReplyPort<Result<(), BusFailure>>) {
        self.live.remove(&name);
        self.pumps.remove(&name);
        let store = self.args.store.clone();
        tokio::spawn(async move {
            let forgotten = store.commit("unsubscribe", move |write| write.unsubscribe(&name)).await;
            let _ = reply.send(forgotten.map_err(BusFailure::from));
        });
    }

    fn review_letters(&self, names: &[String]) {
        let pumps = names.iter().filter_map(|name| self.pumps.get(name));
        pumps.for_each(|pump| pump.review.send_replace(()));
    }

    fn report(&self, reply: RpcReplyPort<BusReport>) {
        let mut subscribers: Vec<_> = self.live.values().map(LiveSubscriber::report).collect();
        let pumps = self.pumps.values();
        subscribers
            .extend(pumps.map(|pump| pump.report.lock().unwrap_or_else(PoisonError::into_inner).clone()));
        subscribers.sort_by(|a, b| a.name.cmp(&b.name));
        let _ = reply.send(BusReport { announced: self.announced, duplicates: self.duplicates, subscribers });
    }
}

fn fold(seed: u64, byte: &u8) -> u64 {
    seed.rotate_left(8) ^ u64::from(*byte)
}

/// Runs a task that ends with its owner; when it panics the bus is told, and restarts.
fn own(bus: &ActorRef<BusMsg>, name: &str, work: impl Future<Output = ()> + Send + 'static) -> OwnedTask {
    let (bus, name) = (bus.clone(), name.to_owned());
    OwnedTask(tokio::spawn(async move {
        let mut inner = JoinSet::new(); // aborts the work when this task is aborted
        inner.spawn(work);
        if inner.join_next().await.is_some_and(|ended| ended.is_err_and(|error| error.is_panic())) {
            let _ = bus.cast(BusMsg::TaskPanicked(name)); // the bus may be gone already
        }
    }))
}

/// Tells the bus of every event that comes to the outbox, and trims what is old and handled.
async fn follow(bus: ActorRef<BusMsg>, store: StoreAccess, mut outbox: watch::Receiver<u64>, history: u64) {
    let mut position = *outbox.borrow_and_update();
    let mut trimmed = position;
    loop {
        if outbox.changed().await.is_err() {
            return; // the store is gone, and with it the bus
        }
        let end = *outbox.borrow_and_update();
        if let Err(failure) = announce_range(&bus, &store, position, end).await {
            tracing::warn!(error = %failure, from = position, to = end, "events were stored and not announced");
        }
        position = end;
        if position - trimmed >= TRIM_EVERY {
            match store.commit("trim events", move |write| write.trim_events(history)).await {
                Ok(deleted) => tracing::debug!(deleted, "trimmed handled events"),
                Err(failure) => tracing::warn!(error = %failure, "handled events could not be trimmed"),
            }
            trimmed = position;
        }
    }
}

async fn announce_range(
    bus: &ActorRef<BusMsg>,
    store: &StoreAccess,
    from: u64,
    to: u64,
) -> Result<(), StoreFailure> {
    let count = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
    for stored in store.query("new events", move |snapshot| snapshot.events(from, count)).await? {
        match EventEnvelope::from_bytes(&stored.envelope) {
            Ok(envelope) => {
                let (envelope, sequence) = (Arc::new(envelope), Some(stored.sequence));
                let _ = bus.cast(BusMsg::Announce { envelope, sequence }); // refused only when the bus stops
            }
            Err(error) => tracing::warn!(sequence = stored.sequence, %error, "a stored event can't be read"),
        }
    }
    Ok(())
}
