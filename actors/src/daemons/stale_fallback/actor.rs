//! The actor itself. Supervised by `daemons`, one for one; what it counted is stored with the events that tell of it, and a restart
//! begins the time without a transfer anew.

use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{FallbackChange, FallbackPolicy, StaleFallback};
use rr_config::SyncSection;
use rr_proto::{
    ConfigKey, ErrorCode, Event, EventHeader, EventKind, FailureNote, StaleTrainingFallback, UnixMillis,
};
use rr_storage::{StorageError, StoreSnapshot, StoreWrite, StoredValue};
use serde::{Deserialize, Serialize};

use crate::bus::{BusMsg, Delivery, DurableSubscription, EventFilter, EventPublisher, EventSink, StartFrom};
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::daemons::hours::hours;
use crate::daemons::newest_game::newest_game;
use crate::error::BusFailure;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// Name under which the fallback is stored.
const FACT: &str = "stale-fallback";
/// Time between two looks at the clock.
const EVERY: Duration = Duration::from_secs(30);

/// What the fallback is told.
#[derive(Debug)]
pub enum StaleFallbackMsg {
    /// A transfer ended.
    Heard(Delivery),
    /// Time passed.
    Tick,
}

/// What the fallback needs.
#[derive(Clone)]
pub struct StaleFallbackArgs {
    /// When older data may be used.
    pub settings: SyncSection,
    /// The configs that are trained here.
    pub configs: Arc<[ConfigKey]>,
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// This actor, for events and ticks.
    pub myself: Address<StaleFallbackMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Watches transfers.
pub struct StaleFallbackActor;

/// How transfers went.
pub struct StaleFallbackState {
    args: StaleFallbackArgs,
    _ticker: Ticker,
    health: DaemonHealth,
    fold: StaleFallback,
}

/// The fold as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredFallback(StaleFallback);

impl StoredValue for StoredFallback {
    const NAME: &'static str = "state of transfers";
    const VERSION: u16 = 1;
}

/// What the fallback shows.
#[derive(Debug, Serialize)]
struct FallbackNumbers {
    failures_in_a_row: u32,
    last_sync_ms: Option<u64>,
    active: Vec<ConfigKey>,
}

/// Tells whether older data of a config may be used, because none comes.
///
/// # Errors
/// [`StorageError`] where the database fails or the value is damaged.
pub fn fallback_allows(snapshot: &StoreSnapshot, config: ConfigKey) -> Result<bool, StorageError> {
    let stored: Option<StoredFallback> = snapshot.fact(FACT)?;
    Ok(stored.is_some_and(|StoredFallback(fold)| fold.allows(config)))
}

impl Actor for StaleFallbackActor {
    type Msg = StaleFallbackMsg;
    type State = StaleFallbackState;
    type Arguments = StaleFallbackArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<StaleFallbackMsg>,
        args: StaleFallbackArgs,
    ) -> Result<StaleFallbackState, ActorProcessingErr> {
        let now = UnixMillis(args.clock.unix_ms());
        let stored: Option<StoredFallback> = args.store.query("fallback", |s| s.fact(FACT)).await?;
        let fold = stored.map_or_else(|| StaleFallback::new(now), |StoredFallback(fold)| fold.resumed(now));
        let ticker = Ticker::every(&args.myself, EVERY, || StaleFallbackMsg::Tick);
        let health = DaemonHealth::new(args.clock.clone());
        Ok(StaleFallbackState { args, _ticker: ticker, health, fold })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<StaleFallbackMsg>,
        state: &mut StaleFallbackState,
    ) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: "stale-fallback".to_owned(),
            filter: EventFilter::kinds(&[EventKind::DataSyncCompleted, EventKind::DataSyncFailed]),
            sink: EventSink::new(state.args.myself.clone(), StaleFallbackMsg::Heard),
            from: StartFrom::Beginning,
        };
        subscription.open(&state.args.bus).await?;
        state.tick().await;
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<StaleFallbackMsg>,
        message: StaleFallbackMsg,
        state: &mut StaleFallbackState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            StaleFallbackMsg::Heard(delivery) => state.heard(delivery).await,
            StaleFallbackMsg::Tick => state.tick().await,
        }
        Ok(())
    }
}

impl StaleFallbackState {
    async fn heard(&mut self, delivery: Delivery) {
        let mut next = self.fold.clone();
        match delivery.event() {
            Event::DataSyncCompleted(event) => next.completed(event.at),
            Event::DataSyncFailed(event) => next.failed(event.consecutive, event.at),
            _ => {} // the subscription asks for no other
        }
        match self.step(next, Some(delivery.header())).await {
            Ok(()) => delivery.done(),
            Err(error) => {
                let note = FailureNote { code: ErrorCode::Unavailable, message: error.to_string() };
                delivery.failed(note);
            }
        }
    }

    async fn tick(&mut self) {
        let _ = self.step(self.fold.clone(), None).await; // counted; the next tick tries again
    }

    /// Looks at what follows from the next state, and stores it with the events that tell of it.
    async fn step(&mut self, mut next: StaleFallback, cause: Option<&EventHeader>) -> Result<(), BusFailure> {
        let outcome = self.settle(&mut next, cause).await;
        match &outcome {
            Ok(()) => {
                self.fold = next;
                self.health.worked();
            }
            Err(error) => self.health.failed("stale-fallback", error),
        }
        let numbers = FallbackNumbers {
            failures_in_a_row: self.fold.failures(),
            last_sync_ms: self.fold.last_sync().map(UnixMillis::get),
            active: self.fold.active().collect(),
        };
        self.args.observer.show(self.health.with(&numbers));
        outcome
    }

    async fn settle(&self, next: &mut StaleFallback, cause: Option<&EventHeader>) -> Result<(), BusFailure> {
        let configs = Arc::clone(&self.args.configs);
        let read = move |snapshot: &StoreSnapshot| {
            let newest = |config: &ConfigKey| Ok((*config, newest_game(snapshot, *config)?));
            configs.iter().map(newest).collect::<Result<Vec<_>, StorageError>>()
        };
        let newest = self.args.store.query("newest games", read).await?;
        let changes = next.review(&newest, self.now(), &self.policy());
        if *next == self.fold {
            return Ok(());
        }
        let staged = changes
            .into_iter()
            .map(|change| self.args.publisher.stage(self.told(change), cause))
            .collect::<Result<Vec<_>, _>>()?;
        let row = StoredFallback(next.clone());
        let work = move |write: &mut StoreWrite| {
            write.put_fact(FACT, &row)?;
            for event in &staged {
                let _ = event.append(write)?;
            }
            Ok(())
        };
        Ok(self.args.store.commit("state of transfers", work).await?)
    }

    fn told(&self, change: FallbackChange) -> Event {
        let FallbackChange { config, active, age, reason } = change;
        tracing::warn!(%config, active, reason, "training on older data");
        let data_age_ms = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        StaleTrainingFallback { config: Some(config), active, data_age_ms, reason, at: self.now() }.into()
    }

    fn policy(&self) -> FallbackPolicy {
        let settings = &self.args.settings;
        FallbackPolicy {
            enabled: settings.stale_fallback,
            failures: settings.fallback_failures,
            without_sync: Duration::from_secs(settings.fallback_minutes.saturating_mul(60)),
            max_age: hours(settings.fallback_max_age_hours),
        }
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.args.clock.unix_ms())
    }
}

#[cfg(test)]
mod tests;
