//! The actor itself. Supervised by `leader`, one for one; after a restart it goes on from what is stored and shares out at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use rr_cluster::{ConfigExplanation, ConfigSignals, SchedulePlan, SlotLedger};
use rr_proto::{ConfigKey, Event, EventKind, Games, SelfplayTargetUpdated, UnixMillis};
use rr_storage::{StorageError, StoreSnapshot, StoreWrite};
use serde::Serialize;

use super::counts::counts;
use super::message::{SchedulerArgs, SchedulerMsg};
use super::stored::StoredSchedule;
use crate::bus::{Delivery, DurableSubscription, EventFilter, EventSink, StartFrom};
use crate::daemons::DaemonHealth;
use crate::error::{BusFailure, StoreFailure};
use crate::leader::config::ConfigMsg;
use crate::leader::curriculum::StoredCurriculum;
use crate::supervision::Ticker;

/// The events that change how configs are weighed.
const KINDS: [EventKind; 4] = [
    EventKind::EloUpdated,
    EventKind::CurriculumRebalanced,
    EventKind::QualityScoreUpdated,
    EventKind::ExplorationBoost,
];

/// Shares self-play out.
pub struct SchedulerActor;

/// What was heard, what was given, and the plan that it comes from.
pub struct SchedulerState {
    args: SchedulerArgs,
    stored: StoredSchedule,
    ledger: SlotLedger,
    health: DaemonHealth,
    numbers: ScheduleNumbers,
    _ticker: Ticker,
}

/// What the scheduler shows.
#[derive(Debug, Clone, Default, Serialize)]
struct ScheduleNumbers {
    /// Allocations since the start.
    rounds: u64,
    configs: Vec<ShownShare>,
}

/// What a config got in the last round.
#[derive(Debug, Clone, Serialize)]
struct ShownShare {
    config: ConfigKey,
    share: f64,
    target: Games,
    slots: BTreeSet<usize>,
    why: String,
}

impl Actor for SchedulerActor {
    type Msg = SchedulerMsg;
    type State = SchedulerState;
    type Arguments = SchedulerArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<SchedulerMsg>,
        args: SchedulerArgs,
    ) -> Result<SchedulerState, ActorProcessingErr> {
        let stored = args.store.query("schedule", |snapshot| snapshot.fact(StoredSchedule::FACT)).await?;
        let ticker = Ticker::every(&args.myself, args.every, || SchedulerMsg::Allocate);
        Ok(SchedulerState {
            health: DaemonHealth::new(Arc::clone(&args.clock)),
            args,
            stored: stored.unwrap_or_default(),
            ledger: SlotLedger::default(),
            numbers: ScheduleNumbers::default(),
            _ticker: ticker,
        })
    }

    async fn post_start(
        &self,
        myself: ActorRef<SchedulerMsg>,
        state: &mut SchedulerState,
    ) -> Result<(), ActorProcessingErr> {
        state.subscribe().await?;
        myself.cast(SchedulerMsg::Allocate)?;
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<SchedulerMsg>,
        message: SchedulerMsg,
        state: &mut SchedulerState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SchedulerMsg::Heard(delivery) => state.heard(delivery).await,
            SchedulerMsg::Allocate => state.allocate().await,
            SchedulerMsg::Explain(reply) => state.explain(reply).await,
        }
        Ok(())
    }
}

impl SchedulerState {
    async fn subscribe(&self) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: "scheduler".to_owned(),
            filter: EventFilter::kinds(&KINDS),
            sink: EventSink::new(self.args.myself.clone(), SchedulerMsg::Heard),
            from: StartFrom::Beginning,
        };
        subscription.open(&self.args.bus).await?;
        Ok(())
    }

    async fn heard(&mut self, delivery: Delivery) {
        let taken = self.take(&delivery).await;
        delivery.settle(&taken);
    }

    /// Takes an event in, and shares out anew: whoever raised it waits for that. Hearing it again changes nothing.
    async fn take(&mut self, delivery: &Delivery) -> Result<(), StoreFailure> {
        let mut next = self.stored.clone();
        let at = delivery.header().time;
        match delivery.event() {
            Event::QualityScoreUpdated(e) => {
                next.heard.entry(e.config).or_default().graded(e.score, e.diversity)
            }
            Event::ExplorationBoost(e) => next.heard.entry(e.config).or_default().explore(e.factor, e.until),
            Event::EloUpdated(e) if e.champion => {
                next.heard.entry(e.config).or_default().rated(e.rating, at, &self.args.plateau);
            }
            _ => {} // the curriculum's weights are read when they are used
        }
        let row = next.clone();
        let work = move |write: &mut StoreWrite| write.put_fact(StoredSchedule::FACT, &row);
        self.args.store.commit("schedule", work).await?;
        self.stored = next;
        self.allocate().await;
        Ok(())
    }

    async fn allocate(&mut self) {
        match self.round().await {
            Ok(()) => self.health.worked(),
            Err(error) => self.health.failed("SELFPLAY_COORDINATOR", &error),
        }
        self.args.observer.show(self.health.with(&self.numbers));
    }

    /// Weighs the configs, gives them their slots, and tells of targets that moved.
    async fn round(&mut self) -> Result<(), BusFailure> {
        let plan = self.plan().await?;
        let given = self.ledger.assign(&plan.shares(), self.args.slots).clone();
        for config in self.args.configs.iter() {
            let slots = given.get(&config.key).cloned().unwrap_or_default();
            let _ = config.address.cast(ConfigMsg::Slots(slots)); // one that restarts hears it in the next round
        }
        self.numbers.rounds += 1;
        let shown = |told: &ConfigExplanation| ShownShare {
            config: told.config,
            share: told.share,
            target: told.target,
            slots: given.get(&told.config).cloned().unwrap_or_default(),
            why: told.score.explain(),
        };
        self.numbers.configs = plan.configs.iter().map(shown).collect();
        self.tell_targets(&plan).await
    }

    async fn explain(&mut self, reply: RpcReplyPort<Vec<ConfigExplanation>>) {
        match self.plan().await {
            Ok(plan) => {
                let _ = reply.send(plan.configs); // the asker may have given up
            }
            Err(error) => self.health.failed("SELFPLAY_COORDINATOR", &error), // the asker is told by the lost reply
        }
    }

    async fn plan(&self) -> Result<SchedulePlan, StoreFailure> {
        let signals = self.signals().await?;
        let weights = *self.args.weights.borrow();
        Ok(SchedulePlan::of(&signals, &weights))
    }

    /// Gathers what is known of every config now.
    async fn signals(&self) -> Result<BTreeMap<ConfigKey, ConfigSignals>, StoreFailure> {
        let keys: Vec<ConfigKey> = self.args.configs.iter().map(|config| config.key).collect();
        let read = move |snapshot: &StoreSnapshot| {
            let curriculum: Option<StoredCurriculum> = snapshot.fact(StoredCurriculum::FACT)?;
            let table = curriculum.unwrap_or_default().table;
            let found = keys.into_iter().map(|key| Ok((key, counts(snapshot, key, table.weight(key))?)));
            found.collect::<Result<Vec<_>, StorageError>>()
        };
        let found = self.args.store.query("schedule signals", read).await?;
        let now = UnixMillis(self.args.clock.unix_ms());
        let signals = |(key, counts)| {
            let heard = self.stored.heard.get(&key).cloned().unwrap_or_default();
            (key, heard.signals(counts, now, &self.args.plateau))
        };
        Ok(found.into_iter().map(signals).collect())
    }

    /// Tells of every target that moved far enough, in one transaction with what was told.
    async fn tell_targets(&mut self, plan: &SchedulePlan) -> Result<(), BusFailure> {
        let at = UnixMillis(self.args.clock.unix_ms());
        let mut next = self.stored.clone();
        let mut staged = Vec::new();
        for told in &plan.configs {
            let from = next.targets.get(&told.config).copied().unwrap_or_default();
            if !told.is_news(from) {
                continue;
            }
            next.targets.insert(told.config, told.target);
            let (config, to) = (told.config, told.target);
            let reason = format!("{:.0} % of self-play: {}", told.share * 100.0, told.score.explain());
            let event = SelfplayTargetUpdated { config, from, to, reason, at };
            staged.push(self.args.publisher.stage(event.into(), None)?);
        }
        if staged.is_empty() {
            return Ok(());
        }
        let row = next.clone();
        let work = move |write: &mut StoreWrite| -> Result<(), StorageError> {
            write.put_fact(StoredSchedule::FACT, &row)?;
            staged.iter().try_for_each(|event| event.append(write).map(drop))
        };
        self.args.store.commit("self-play targets", work).await?;
        self.stored = next;
        Ok(())
    }
}
