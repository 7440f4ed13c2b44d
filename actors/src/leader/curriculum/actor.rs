//! The actor itself. Supervised by `leader`, one for one; what it knows is stored with every change, in one transaction with the
//! events that tell of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{AnchorFloors, CurriculumOutcome, EvaluationReport, MasteredAnchor, mastered_anchors};
use rr_proto::{
    ConfigKey, CurriculumRebalanced, CurriculumWeight, Event, EventKind, ModelPromoted, OpponentMastered,
};
use rr_storage::{StorageError, StoreWrite};
use serde::Serialize;

use super::stored::{StoredCurriculum, StoredMastery};
use crate::bus::{BusMsg, Delivery, DurableSubscription, EventFilter, EventPublisher, EventSink, StartFrom};
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::error::BusFailure;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer};

/// The duty that it counts its rounds for.
const DUTY: &str = "CURRICULUM_INTEGRATION";
/// The events that say who beats whom.
const KINDS: [EventKind; 3] =
    [EventKind::ModelPromoted, EventKind::RegressionDetected, EventKind::PromotionRolledBack];

/// What the curriculum is told.
#[derive(Debug)]
pub enum CurriculumMsg {
    /// Move a config's weight by the outcome of its last attempt.
    Rebalance {
        /// Which config.
        config: ConfigKey,
        /// How its attempt ended.
        outcome: CurriculumOutcome,
    },
    /// A champion came, fell or left.
    Heard(Delivery),
}

/// What the curriculum needs.
#[derive(Clone)]
pub struct CurriculumArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// The configs that the node leads, with the win rates that a champion should reach.
    pub configs: BTreeMap<ConfigKey, AnchorFloors>,
    /// This actor, for events.
    pub myself: Address<CurriculumMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Keeps the curriculum.
pub struct CurriculumActor;

/// The stored curriculum.
pub struct CurriculumState {
    args: CurriculumArgs,
    stored: StoredCurriculum,
    mastered: StoredMastery,
    health: DaemonHealth,
}

/// What the curriculum shows.
#[derive(Debug, Serialize)]
struct CurriculumNumbers<'a> {
    revision: u64,
    weights: Vec<CurriculumWeight>,
    mastered: &'a StoredMastery,
}

impl Actor for CurriculumActor {
    type Msg = CurriculumMsg;
    type State = CurriculumState;
    type Arguments = CurriculumArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<CurriculumMsg>,
        args: CurriculumArgs,
    ) -> Result<CurriculumState, ActorProcessingErr> {
        let read = |snapshot: &rr_storage::StoreSnapshot| {
            Ok((snapshot.fact(StoredCurriculum::FACT)?, snapshot.fact(StoredMastery::FACT)?))
        };
        let (stored, mastered) = args.store.query("curriculum", read).await?;
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        let (stored, mastered) = (stored.unwrap_or_default(), mastered.unwrap_or_default());
        Ok(CurriculumState { args, stored, mastered, health })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<CurriculumMsg>,
        state: &mut CurriculumState,
    ) -> Result<(), ActorProcessingErr> {
        state.subscribe().await?;
        state.show();
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<CurriculumMsg>,
        message: CurriculumMsg,
        state: &mut CurriculumState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            CurriculumMsg::Rebalance { config, outcome } => state.rebalance(config, outcome).await,
            CurriculumMsg::Heard(delivery) => state.heard(delivery).await,
        }
        state.show();
        Ok(())
    }
}

impl CurriculumState {
    async fn subscribe(&self) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: "curriculum".to_owned(),
            filter: EventFilter::kinds(&KINDS),
            sink: EventSink::new(self.args.myself.clone(), CurriculumMsg::Heard),
            from: StartFrom::Beginning,
        };
        subscription.open(&self.args.bus).await?;
        Ok(())
    }

    fn show(&self) {
        let (revision, weights) = (self.stored.revision, self.weights(&self.stored));
        let numbers = CurriculumNumbers { revision, weights, mastered: &self.mastered };
        self.args.observer.show(self.health.with(&numbers));
    }

    async fn rebalance(&mut self, config: ConfigKey, outcome: CurriculumOutcome) {
        let trigger = match outcome {
            CurriculumOutcome::Promoted => EventKind::ModelPromoted,
            CurriculumOutcome::Refused => EventKind::PromotionFailed,
            CurriculumOutcome::Measured(_) => EventKind::EvaluationCompleted,
        };
        let mut next = self.stored.clone();
        next.table.rebalance(config, outcome);
        let moved = self.keep(next, self.mastered.clone(), (trigger, config), Vec::new()).await;
        self.health.count(DUTY, &moved);
    }

    async fn heard(&mut self, delivery: Delivery) {
        let taken = self.take(delivery.event()).await;
        self.health.count(DUTY, &taken);
        delivery.settle(&taken);
    }

    async fn take(&mut self, event: &Event) -> Result<(), BusFailure> {
        match event {
            Event::ModelPromoted(e) => self.promoted(e).await,
            // Who plays worse is measured in full again.
            Event::RegressionDetected(e) => self.forget(e.config).await,
            Event::PromotionRolledBack(e) => self.forget(e.config).await,
            _ => Ok(()), // the subscription asks for no other
        }
    }

    /// Looks whether the new champion's evaluation shows an anchor to be mastered, and takes games from the config for it.
    async fn promoted(&mut self, event: &ModelPromoted) -> Result<(), BusFailure> {
        let (config, job) = (event.config, event.evaluation);
        let Some(floors) = self.args.configs.get(&config).copied() else { return Ok(()) };
        let row = self.args.store.query("report of a champion", move |snapshot| snapshot.job(job)).await?;
        let report: Option<EvaluationReport> = row.and_then(|row| postcard::from_bytes(&row.detail).ok());
        let Some(report) = report else { return Ok(()) }; // trimmed, or of an older build
        let (mut next, mut mastered, mut events) = (self.stored.clone(), self.mastered.clone(), Vec::new());
        for MasteredAnchor { opponent, record } in mastered_anchors(&report, floors) {
            if mastered.opponents.entry(config).or_default().insert(opponent.to_owned()) {
                next.table.rebalance(config, CurriculumOutcome::Measured(record.rate()));
                let (opponent, model) = (opponent.to_owned(), event.model);
                let (score, games) = (record.rate(), record.games());
                events.push(OpponentMastered { config, model, opponent, score, games }.into());
            }
        }
        if events.is_empty() {
            return Ok(());
        }
        self.keep(next, mastered, (EventKind::OpponentMastered, config), events).await
    }

    async fn forget(&mut self, config: ConfigKey) -> Result<(), BusFailure> {
        let mut mastered = self.mastered.clone();
        if mastered.opponents.remove(&config).is_none() {
            return Ok(());
        }
        let row = mastered.clone();
        let work = move |write: &mut StoreWrite| write.put_fact(StoredMastery::FACT, &row);
        self.args.store.commit("mastered opponents", work).await?;
        self.mastered = mastered;
        Ok(())
    }

    /// Stores both tables with the events that tell of them.
    async fn keep(
        &mut self,
        mut next: StoredCurriculum,
        mastered: StoredMastery,
        (trigger, cause): (EventKind, ConfigKey),
        mut events: Vec<Event>,
    ) -> Result<(), BusFailure> {
        next.revision += 1;
        let rebalanced = CurriculumRebalanced {
            trigger: trigger.as_str_name().to_owned(),
            cause: Some(cause),
            revision: next.revision,
            weights: self.weights(&next),
        };
        events.push(rebalanced.into());
        let stage = |event| self.args.publisher.stage(event, None);
        let staged = events.into_iter().map(stage).collect::<Result<Vec<_>, _>>()?;
        let rows = (next.clone(), mastered.clone());
        let work = move |write: &mut StoreWrite| -> Result<(), StorageError> {
            write.put_fact(StoredCurriculum::FACT, &rows.0)?;
            write.put_fact(StoredMastery::FACT, &rows.1)?;
            staged.iter().try_for_each(|event| event.append(write).map(drop))
        };
        self.args.store.commit("curriculum", work).await?;
        (self.stored, self.mastered) = (next, mastered);
        Ok(())
    }

    fn weights(&self, stored: &StoredCurriculum) -> Vec<CurriculumWeight> {
        let weight =
            |config: &ConfigKey| CurriculumWeight { config: *config, weight: stored.table.weight(*config) };
        self.args.configs.keys().map(weight).collect()
    }
}
