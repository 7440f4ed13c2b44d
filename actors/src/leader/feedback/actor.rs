//! The actor itself. Supervised by `leader`, one for one. What it has set is stored with every change, in one transaction with the
//! events that tell of it, so that a restart goes on from there.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{FeedbackChange, FeedbackInput, FeedbackPolicy};
use rr_proto::{
    ConfigKey, Event, EventKind, ExplorationBoost, HyperparameterUpdated, TunedParameter, UnixMillis,
};
use rr_storage::{StorageError, StoreSnapshot, StoreWrite};
use serde::Serialize;

use super::stored::StoredFeedback;
use crate::bus::{BusMsg, Delivery, DurableSubscription, EventFilter, EventPublisher, EventSink, StartFrom};
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::error::BusFailure;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// Time between two looks for what has ended.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The duty that it counts its rounds for.
const DUTY: &str = "FEEDBACK_LOOP";
/// The results that feedback turns on.
const KINDS: [EventKind; 9] = [
    EventKind::TrainingLossAnomaly,
    EventKind::PlateauDetected,
    EventKind::RegressionDetected,
    EventKind::RegressionCleared,
    EventKind::ProgressStallDetected,
    EventKind::ProgressRecovered,
    EventKind::ModelPromoted,
    EventKind::EvaluationCompleted,
    EventKind::OpponentMastered,
];

/// What feedback is told.
#[derive(Debug)]
pub enum FeedbackMsg {
    /// A result came.
    Heard(Delivery),
    /// Look for what has ended.
    Look,
}

/// What feedback needs.
#[derive(Clone)]
pub struct FeedbackArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// The configs that the node leads.
    pub configs: Arc<[ConfigKey]>,
    /// How far feedback may go.
    pub policy: FeedbackPolicy,
    /// The temperature of openings as it is configured.
    pub temperature: f64,
    /// The learning rate as it is configured.
    pub learning_rate: f64,
    /// This actor, for events and looks.
    pub myself: Address<FeedbackMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Turns results into changes.
pub struct FeedbackActor;

/// What is set for every config.
pub struct FeedbackActorState {
    args: FeedbackArgs,
    stored: BTreeMap<ConfigKey, StoredFeedback>,
    changes: u64,
    health: DaemonHealth,
    _ticker: Ticker,
}

/// What feedback shows.
#[derive(Debug, Serialize)]
struct FeedbackNumbers {
    /// Changes since the start.
    changes: u64,
    configs: Vec<ShownFactors>,
}

/// The factors of a config; one is as configured.
#[derive(Debug, Serialize)]
struct ShownFactors {
    config: ConfigKey,
    exploration: f64,
    learning_rate: f64,
}

impl Actor for FeedbackActor {
    type Msg = FeedbackMsg;
    type State = FeedbackActorState;
    type Arguments = FeedbackArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<FeedbackMsg>,
        args: FeedbackArgs,
    ) -> Result<FeedbackActorState, ActorProcessingErr> {
        let configs = Arc::clone(&args.configs);
        let read = move |snapshot: &StoreSnapshot| {
            configs.iter().map(|key| Ok((*key, StoredFeedback::read(snapshot, *key)?))).collect()
        };
        let stored = args.store.query("feedback", read).await?;
        let ticker = Ticker::every(&args.myself, LOOK_EVERY, || FeedbackMsg::Look);
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        Ok(FeedbackActorState { args, stored, changes: 0, health, _ticker: ticker })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<FeedbackMsg>,
        state: &mut FeedbackActorState,
    ) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: "feedback".to_owned(),
            filter: EventFilter::kinds(&KINDS),
            sink: EventSink::new(state.args.myself.clone(), FeedbackMsg::Heard),
            // What happened before there was feedback asks for nothing now.
            from: StartFrom::Now,
        };
        subscription.open(&state.args.bus).await?;
        state.show();
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<FeedbackMsg>,
        message: FeedbackMsg,
        state: &mut FeedbackActorState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            FeedbackMsg::Heard(delivery) => state.heard(delivery).await,
            FeedbackMsg::Look => state.look().await,
        }
        state.show();
        Ok(())
    }
}

impl FeedbackActorState {
    async fn heard(&mut self, delivery: Delivery) {
        let taken = self.take(&delivery).await;
        self.health.count(DUTY, &taken);
        delivery.settle(&taken);
    }

    async fn take(&mut self, delivery: &Delivery) -> Result<(), BusFailure> {
        let event = delivery.event();
        let Some(config) = event.config().filter(|config| self.stored.contains_key(config)) else {
            return Ok(());
        };
        let Some(input) = input_of(event) else { return Ok(()) };
        let mut next = self.stored.get(&config).cloned().unwrap_or_default();
        if !next.is_new(delivery.header().id) {
            return Ok(());
        }
        self.fold(config, next, input, event.name()).await
    }

    /// Ends what is over.
    async fn look(&mut self) {
        let configs: Vec<ConfigKey> = self.stored.keys().copied().collect();
        for config in configs {
            let next = self.stored.get(&config).cloned().unwrap_or_default();
            let looked = self.fold(config, next, FeedbackInput::Tick, "its time is over").await;
            self.health.count(DUTY, &looked);
        }
    }

    async fn fold(
        &mut self,
        config: ConfigKey,
        mut next: StoredFeedback,
        input: FeedbackInput,
        reason: &str,
    ) -> Result<(), BusFailure> {
        let now = UnixMillis(self.args.clock.unix_ms());
        let changes = next.state.fold(input, now, &self.args.policy);
        if self.stored.get(&config) == Some(&next) {
            return Ok(());
        }
        let events = changes.iter().flat_map(|change| self.told(config, *change, reason, now));
        let stage = |event| self.args.publisher.stage(event, None);
        let staged = events.map(stage).collect::<Result<Vec<_>, _>>()?;
        let row = next.clone();
        let work = move |write: &mut StoreWrite| -> Result<(), StorageError> {
            write.put_fact(&StoredFeedback::fact(config), &row)?;
            staged.iter().try_for_each(|event| event.append(write).map(drop))
        };
        self.args.store.commit("feedback", work).await?;
        self.changes += changes.len() as u64;
        self.stored.insert(config, next);
        Ok(())
    }

    /// Returns the events that tell of a change.
    fn told(&self, config: ConfigKey, change: FeedbackChange, reason: &str, at: UnixMillis) -> Vec<Event> {
        let updated = |parameter, configured: f64, from: f64, to: f64| {
            let (from, to, reason) = (configured * from, configured * to, reason.to_owned());
            (from != to).then(|| HyperparameterUpdated { config, parameter, from, to, reason, at }.into())
        };
        match change {
            FeedbackChange::Exploration { from, to, until } => {
                let boost = ExplorationBoost { config, factor: to, until, reason: reason.to_owned() };
                let updated = updated(TunedParameter::Temperature, self.args.temperature, from, to);
                updated.into_iter().chain([boost.into()]).collect()
            }
            FeedbackChange::LearningRate { from, to } => {
                updated(TunedParameter::LearningRate, self.args.learning_rate, from, to).into_iter().collect()
            }
        }
    }

    fn show(&self) {
        let now = UnixMillis(self.args.clock.unix_ms());
        let shown = |(config, stored): (&ConfigKey, &StoredFeedback)| ShownFactors {
            config: *config,
            exploration: stored.state.exploration(now),
            learning_rate: stored.state.learning_rate(now),
        };
        let configs = self.stored.iter().map(shown).collect();
        let numbers = FeedbackNumbers { changes: self.changes, configs };
        self.args.observer.show(self.health.with(&numbers));
    }
}

/// Says what an event means for feedback; none for one that asks for nothing.
fn input_of(event: &Event) -> Option<FeedbackInput> {
    Some(match event {
        Event::TrainingLossAnomaly(_) => FeedbackInput::LossAnomaly,
        Event::PlateauDetected(e) => FeedbackInput::Plateau(e.metric),
        Event::RegressionDetected(e) => FeedbackInput::Regressed(e.level),
        Event::RegressionCleared(_) => FeedbackInput::RegressionCleared,
        Event::ProgressStallDetected(e) => FeedbackInput::Stalled { boost: e.boost },
        Event::ProgressRecovered(_) => FeedbackInput::Recovered,
        Event::ModelPromoted(_) => FeedbackInput::Promoted,
        Event::OpponentMastered(_) => FeedbackInput::Mastered,
        Event::EvaluationCompleted(e) => {
            let heuristic = e.versus_anchors.iter().find(|anchor| anchor.opponent == "heuristic")?;
            FeedbackInput::Measured(heuristic.tally.score()?)
        }
        _ => return None, // the subscription asks for no other
    })
}
