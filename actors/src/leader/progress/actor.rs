//! The actor itself. Supervised by `leader`, one for one. What it has counted is stored with every look, so that a restart counts on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{ProgressFinding, ProgressPolicy, ProgressWatch};
use rr_proto::{ConfigKey, Event, EventKind, ProgressRecovered, ProgressStallDetected, UnixMillis};
use rr_storage::{StorageError, StoreWrite, StoredValue};
use serde::{Deserialize, Serialize};

use crate::bus::{BusMsg, Delivery, DurableSubscription, EventFilter, EventPublisher, EventSink, StartFrom};
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::error::BusFailure;
use crate::permit::{WorkKind, WorkPermit};
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// Name under which the watches are stored.
const FACT: &str = "progress";

/// The duty that it counts its rounds for.
const DUTY: &str = "PROGRESS_WATCHDOG";
/// The events that show progress, or where it starts from.
const KINDS: [EventKind; 2] = [EventKind::EloUpdated, EventKind::PromotionRolledBack];

/// What the progress watchdog is told.
#[derive(Debug)]
pub enum ProgressWatchdogMsg {
    /// A rating changed, or a champion was called back.
    Heard(Delivery),
    /// Look how long every config has gone without progress.
    Look,
}

/// What the progress watchdog needs.
#[derive(Clone)]
pub struct ProgressWatchdogArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// The configs that the node leads.
    pub configs: Arc<[ConfigKey]>,
    /// What a stall is.
    pub policy: ProgressPolicy,
    /// Time between two looks.
    pub every: Duration,
    /// Whether the node works: time in which it must not is no stall.
    pub permit: WorkPermit,
    /// This actor, for events and looks.
    pub myself: Address<ProgressWatchdogMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Watches for configs that stand still.
pub struct ProgressWatchdogActor;

/// The watches of the configs.
pub struct ProgressWatchdogState {
    args: ProgressWatchdogArgs,
    stored: StoredProgress,
    looked: UnixMillis,
    health: DaemonHealth,
    _ticker: Ticker,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct StoredProgress {
    configs: BTreeMap<ConfigKey, ProgressWatch>,
}

impl StoredValue for StoredProgress {
    const NAME: &'static str = "progress";
    const VERSION: u16 = 1;
}

/// What the watchdog shows.
#[derive(Debug, Serialize)]
struct ProgressNumbers {
    /// Configs that were told to be stalled.
    stalled: usize,
    configs: Vec<ShownProgress>,
}

/// How long a config has gone without progress.
#[derive(Debug, Serialize)]
struct ShownProgress {
    config: ConfigKey,
    without_progress_seconds: u64,
    recovery_attempts: u32,
}

impl Actor for ProgressWatchdogActor {
    type Msg = ProgressWatchdogMsg;
    type State = ProgressWatchdogState;
    type Arguments = ProgressWatchdogArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<ProgressWatchdogMsg>,
        args: ProgressWatchdogArgs,
    ) -> Result<ProgressWatchdogState, ActorProcessingErr> {
        let stored: Option<StoredProgress> =
            args.store.query("progress", |snapshot| snapshot.fact(FACT)).await?;
        let mut stored = stored.unwrap_or_default();
        stored.configs.retain(|config, _| args.configs.contains(config));
        for config in args.configs.iter() {
            stored.configs.entry(*config).or_default();
        }
        let ticker = Ticker::every(&args.myself, args.every, || ProgressWatchdogMsg::Look);
        let looked = UnixMillis(args.clock.unix_ms());
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        Ok(ProgressWatchdogState { args, stored, looked, health, _ticker: ticker })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<ProgressWatchdogMsg>,
        state: &mut ProgressWatchdogState,
    ) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: "progress-watchdog".to_owned(),
            filter: EventFilter::kinds(&KINDS),
            sink: EventSink::new(state.args.myself.clone(), ProgressWatchdogMsg::Heard),
            from: StartFrom::Beginning,
        };
        subscription.open(&state.args.bus).await?;
        state.show();
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<ProgressWatchdogMsg>,
        message: ProgressWatchdogMsg,
        state: &mut ProgressWatchdogState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ProgressWatchdogMsg::Heard(delivery) => state.heard(delivery).await,
            ProgressWatchdogMsg::Look => state.look().await,
        }
        state.show();
        Ok(())
    }
}

impl ProgressWatchdogState {
    async fn heard(&mut self, delivery: Delivery) {
        let taken = self.take(delivery.event()).await;
        self.health.count(DUTY, &taken);
        delivery.settle(&taken);
    }

    async fn take(&mut self, event: &Event) -> Result<(), BusFailure> {
        let mut next = self.stored.clone();
        let Some((config, watch)) =
            event.config().and_then(|config| Some((config, next.configs.get_mut(&config)?)))
        else {
            return Ok(());
        };
        let found = match event {
            Event::EloUpdated(e) if e.champion => watch.rated(e.rating.elo, &self.args.policy),
            Event::PromotionRolledBack(_) => {
                watch.rolled_back();
                None
            }
            _ => return Ok(()), // the subscription asks for no other
        };
        self.keep(next, found.map(|found| (config, found)).into_iter().collect()).await
    }

    /// Counts the time since the last look, but no more than a look or two: a node that was off did not stand still.
    async fn look(&mut self) {
        let now = UnixMillis(self.args.clock.unix_ms());
        let passed = now.since(std::mem::replace(&mut self.looked, now)).min(self.args.every * 2);
        if !self.args.permit.allows(WorkKind::SelfPlay) {
            return self.health.worked();
        }
        let mut next = self.stored.clone();
        let worked = |(config, watch): (&ConfigKey, &mut ProgressWatch)| {
            watch.worked(passed, &self.args.policy).map(|found| (*config, found))
        };
        let found = next.configs.iter_mut().filter_map(worked).collect();
        let kept = self.keep(next, found).await;
        self.health.count(DUTY, &kept);
    }

    /// Stores the watches with the events that tell what they show.
    async fn keep(
        &mut self,
        next: StoredProgress,
        found: Vec<(ConfigKey, ProgressFinding)>,
    ) -> Result<(), BusFailure> {
        if next == self.stored {
            return Ok(());
        }
        let at = UnixMillis(self.args.clock.unix_ms());
        let stage = |(config, finding)| self.args.publisher.stage(told(config, finding, at), None);
        let staged = found.into_iter().map(stage).collect::<Result<Vec<_>, _>>()?;
        let row = next.clone();
        let work = move |write: &mut StoreWrite| -> Result<(), StorageError> {
            write.put_fact(FACT, &row)?;
            staged.iter().try_for_each(|event| event.append(write).map(drop))
        };
        self.args.store.commit("progress", work).await?;
        self.stored = next;
        Ok(())
    }

    fn show(&self) {
        let shown = |(config, watch): (&ConfigKey, &ProgressWatch)| ShownProgress {
            config: *config,
            without_progress_seconds: watch.passed().as_secs(),
            recovery_attempts: watch.attempts(),
        };
        let stalled = self.stored.configs.values().filter(|watch| watch.is_stalled()).count();
        let numbers = ProgressNumbers { stalled, configs: self.stored.configs.iter().map(shown).collect() };
        self.args.observer.show(self.health.with(&numbers));
    }
}

/// Puts a finding into its event.
fn told(config: ConfigKey, finding: ProgressFinding, at: UnixMillis) -> Event {
    let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    match finding {
        ProgressFinding::Stalled { velocity, stalled, boost, attempt } => {
            tracing::warn!(%config, %velocity, attempt, "the config makes no progress");
            let (stalled_ms, recovery_attempt) = (ms(stalled), attempt);
            ProgressStallDetected { config, velocity, stalled_ms, boost, recovery_attempt, at }.into()
        }
        ProgressFinding::Recovered { velocity, stalled } => {
            tracing::info!(%config, %velocity, "the config makes progress again");
            ProgressRecovered { config, velocity, stalled_ms: ms(stalled), at }.into()
        }
    }
}
