//! The actor itself. Supervised by `leader`, one for one; after a restart it goes on from the stored queue.

use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{PlayOrder, QueueChange};
use rr_proto::{ConfigKey, ErrorCode, Event, EventKind, FailureNote, Games, JobId, UnixMillis, WorkQueued};
use rr_storage::{JobKind, JobRow, JobState, StorageError, StoreSnapshot, StoreWrite};
use serde::Serialize;

use super::stored::StoredQueue;
use crate::bus::{BusMsg, Delivery, DurableSubscription, EventFilter, EventPublisher, EventSink, StartFrom};
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::error::BusFailure;
use crate::leader::scheduler::StoredSchedule;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// Time between two looks at the queue.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Place of self-play among other work.
const PRIORITY: u32 = 50;

/// The events that call for a look at the queue.
const KINDS: [EventKind; 2] = [EventKind::SelfplayComplete, EventKind::SelfplayTargetUpdated];

/// What the queue populator is told.
#[derive(Debug)]
pub enum QueuePopulatorMsg {
    /// A slot has brought its games, or a config should bring more or fewer.
    Heard(Delivery),
    /// Look whether every config has work.
    Look,
}

/// What the queue populator needs.
#[derive(Clone)]
pub struct QueuePopulatorArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// The configs that the node leads.
    pub configs: Arc<[ConfigKey]>,
    /// This actor, for events and looks.
    pub myself: Address<QueuePopulatorMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Keeps work waiting.
pub struct QueuePopulatorActor;

/// The stored queue.
pub struct QueuePopulatorState {
    args: QueuePopulatorArgs,
    stored: StoredQueue,
    done: u64,
    health: DaemonHealth,
    _ticker: Ticker,
}

/// What the populator shows.
#[derive(Debug, Serialize)]
struct QueueNumbers {
    /// Pieces that ended since the start.
    done: u64,
    orders: Vec<ShownOrder>,
}

/// The piece of a config that waits or is at work.
#[derive(Debug, Serialize)]
struct ShownOrder {
    config: ConfigKey,
    job: JobId,
    games: Games,
    begun: bool,
}

impl Actor for QueuePopulatorActor {
    type Msg = QueuePopulatorMsg;
    type State = QueuePopulatorState;
    type Arguments = QueuePopulatorArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<QueuePopulatorMsg>,
        args: QueuePopulatorArgs,
    ) -> Result<QueuePopulatorState, ActorProcessingErr> {
        let stored: Option<StoredQueue> =
            args.store.query("self-play queue", |snapshot| snapshot.fact(StoredQueue::FACT)).await?;
        let ticker = Ticker::every(&args.myself, LOOK_EVERY, || QueuePopulatorMsg::Look);
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        let stored = stored.unwrap_or_default();
        Ok(QueuePopulatorState { args, stored, done: 0, health, _ticker: ticker })
    }

    async fn post_start(
        &self,
        myself: ActorRef<QueuePopulatorMsg>,
        state: &mut QueuePopulatorState,
    ) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: "queue-populator".to_owned(),
            filter: EventFilter::kinds(&KINDS),
            sink: EventSink::new(state.args.myself.clone(), QueuePopulatorMsg::Heard),
            from: StartFrom::Now, // the first look sees what was before
        };
        subscription.open(&state.args.bus).await?;
        myself.cast(QueuePopulatorMsg::Look)?;
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<QueuePopulatorMsg>,
        message: QueuePopulatorMsg,
        state: &mut QueuePopulatorState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            QueuePopulatorMsg::Heard(delivery) => state.heard(delivery).await,
            QueuePopulatorMsg::Look => drop(state.look().await),
        }
        Ok(())
    }
}

impl QueuePopulatorState {
    async fn heard(&mut self, delivery: Delivery) {
        match self.look().await {
            Ok(()) => delivery.done(),
            Err(message) => delivery.failed(FailureNote { code: ErrorCode::Unavailable, message }),
        }
    }

    async fn look(&mut self) -> Result<(), String> {
        let filled = self.fill().await;
        match &filled {
            Ok(()) => self.health.worked(),
            Err(error) => self.health.failed("QUEUE_POPULATOR", error),
        }
        self.show();
        filled.map_err(|error| error.to_string())
    }

    /// Gives every config work: what is done ends in the store, what is new waits there, and both are told together.
    async fn fill(&mut self) -> Result<(), BusFailure> {
        let configs = Arc::clone(&self.args.configs);
        let read = move |snapshot: &StoreSnapshot| {
            let schedule: Option<StoredSchedule> = snapshot.fact(StoredSchedule::FACT)?;
            let targets = schedule.unwrap_or_default().targets;
            let found = configs.iter().map(|config| {
                let target = targets.get(config).copied().unwrap_or_default();
                Ok((*config, snapshot.game_totals(*config)?.games, target))
            });
            found.collect::<Result<Vec<_>, StorageError>>()
        };
        let now = UnixMillis(self.args.clock.unix_ms());
        let mut next = self.stored.clone();
        let (mut rows, mut staged, mut done) = (Vec::new(), Vec::new(), 0);
        for (config, stored, target) in self.args.store.query("self-play work", read).await? {
            for change in next.queue.fill(config, (stored, target), now) {
                rows.push(row(config, change, now));
                done += u64::from(matches!(change, QueueChange::Done(_)));
                if let QueueChange::Queued(PlayOrder { job, games, .. }) = change {
                    let event = Event::from(WorkQueued { config, job, games, priority: PRIORITY });
                    staged.push(self.args.publisher.stage(event, None)?);
                }
            }
        }
        if next == self.stored {
            return Ok(());
        }
        let queue = next.clone();
        let work = move |write: &mut StoreWrite| -> Result<(), StorageError> {
            write.put_fact(StoredQueue::FACT, &queue)?;
            rows.iter().try_for_each(|row| write.put_job(row))?;
            staged.iter().try_for_each(|event| event.append(write).map(drop))
        };
        self.args.store.commit("self-play queue", work).await?;
        self.stored = next;
        self.done += done;
        Ok(())
    }

    fn show(&self) {
        let shown = |config: &ConfigKey| {
            let order = self.stored.queue.order(*config)?;
            Some(ShownOrder { config: *config, job: order.job, games: order.games, begun: order.begun })
        };
        let orders = self.args.configs.iter().filter_map(shown).collect();
        self.args.observer.show(self.health.with(&QueueNumbers { done: self.done, orders }));
    }
}

/// Describes a piece of self-play as a job.
fn row(config: ConfigKey, change: QueueChange, now: UnixMillis) -> JobRow {
    let (order, state) = match change {
        QueueChange::Queued(order) => (order, JobState::Queued),
        QueueChange::Begun(order) => (order, JobState::Running),
        QueueChange::Done(order) => (order, JobState::Completed),
    };
    JobRow {
        id: order.job,
        kind: JobKind::SelfPlay,
        config,
        state,
        attempt: 1,
        created_at: order.ordered_at,
        updated_at: now,
        detail: postcard::to_stdvec(&order).unwrap_or_default(), // plain numbers are always encoded
    }
}
