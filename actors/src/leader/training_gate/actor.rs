//! The actor itself. Supervised by `leader`, one for one; nothing restarts with it, since configs repeat their orders.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{GateObstacle, GatePass, GrantUse, TrainingGate, TrainingOrder};
use rr_engine::board::GameConfig;
use rr_proto::{ConfigKey, JobId, TrainingBlock, TrainingBlockedByQuality, UnixMillis};
use rr_storage::{StoreSnapshot, StoreWrite, StoredValue};
use serde::{Deserialize, Serialize};
use tracing::Instrument;

use super::facts::gate_facts;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::daemons::parity_gate::record_use;
use crate::error::BusFailure;
use crate::leader::config::ConfigMsg;
use crate::permit::WorkPermit;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer};
use crate::workers::trainer::TrainerMsg;

/// What the training gate is told.
#[derive(Debug)]
pub enum TrainingGateMsg {
    /// Have this run trained if its data may train; the same order again changes nothing.
    Order {
        /// Board and player count.
        config: GameConfig,
        /// The order.
        order: TrainingOrder,
        /// Who is told what became of it.
        asker: Address<ConfigMsg>,
    },
    /// This is what a look at the data of an order came to. Sent by the look.
    Looked(Box<GateLook>),
}

/// Says what a look at the data of an order came to.
#[derive(Debug)]
pub struct GateLook {
    config: GameConfig,
    order: TrainingOrder,
    asker: Address<ConfigMsg>,
    decision: Result<Result<GatePass, Vec<GateObstacle>>, BusFailure>,
}

/// What the training gate needs.
#[derive(Clone)]
pub struct TrainingGateArgs {
    /// What it asks of data.
    pub gate: TrainingGate,
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// Trains.
    pub trainer: Address<TrainerMsg>,
    /// Whether the node is short of something.
    pub permit: WorkPermit,
    /// This actor, for looks.
    pub myself: Address<TrainingGateMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Stands between orders and the trainer.
pub struct TrainingGateActor;

/// What was let through, and what was not.
pub struct TrainingGateState {
    args: TrainingGateArgs,
    health: DaemonHealth,
    /// The attempt of each config that was let through last; a repeat of it goes straight on.
    passed: BTreeMap<ConfigKey, (JobId, u32)>,
    looking: BTreeSet<ConfigKey>,
    numbers: GateNumbers,
}

/// What the gate shows.
#[derive(Debug, Default, Serialize)]
struct GateNumbers {
    passed: u64,
    /// Runs that trained on games without a verdict.
    under_grant: u64,
    /// Runs that trained on older data.
    on_old_data: u64,
    /// Orders that wait, with the reasons.
    waiting: BTreeMap<ConfigKey, Vec<String>>,
}

/// What stands against a config's run, as it is stored: each cause is told of once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ToldBlocks(BTreeSet<TrainingBlock>);

impl StoredValue for ToldBlocks {
    const NAME: &'static str = "causes against training";
    const VERSION: u16 = 1;
}

fn fact(config: ConfigKey) -> String {
    format!("training-gate/{config}")
}

impl Actor for TrainingGateActor {
    type Msg = TrainingGateMsg;
    type State = TrainingGateState;
    type Arguments = TrainingGateArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<TrainingGateMsg>,
        args: TrainingGateArgs,
    ) -> Result<TrainingGateState, ActorProcessingErr> {
        let health = DaemonHealth::new(args.clock.clone());
        let (passed, looking, numbers) = (BTreeMap::new(), BTreeSet::new(), GateNumbers::default());
        args.observer.show(health.with(&numbers));
        Ok(TrainingGateState { args, health, passed, looking, numbers })
    }

    async fn handle(
        &self,
        _myself: ActorRef<TrainingGateMsg>,
        message: TrainingGateMsg,
        state: &mut TrainingGateState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            TrainingGateMsg::Order { config, order, asker } => state.order(config, order, asker),
            TrainingGateMsg::Looked(look) => state.looked(*look),
        }
        Ok(())
    }
}

impl TrainingGateState {
    /// Hands a repeat on, and has the data of anything else looked at, one look per config at a time.
    fn order(&mut self, config: GameConfig, order: TrainingOrder, asker: Address<ConfigMsg>) {
        let Ok(key) = ConfigKey::new(config.board.name(), config.players) else { return };
        if self.passed.get(&key) == Some(&(order.job, order.attempt)) {
            return self.hand_on(config, order);
        }
        if !self.looking.insert(key) {
            return;
        }
        let (desk, myself) = (GateDesk::of(&self.args), self.args.myself.clone());
        let look = async move {
            let decision = desk.decide(key, order).await;
            let look = GateLook { config, order, asker, decision };
            let _ = myself.cast(TrainingGateMsg::Looked(Box::new(look))); // gone with its supervisor
        };
        tokio::spawn(look.in_current_span()); // a run belongs to the trace of the games that asked for it
    }

    fn looked(&mut self, look: GateLook) {
        let GateLook { config, order, asker, decision } = look;
        let Ok(key) = ConfigKey::new(config.board.name(), config.players) else { return };
        self.looking.remove(&key);
        let blocked = match decision {
            Ok(Ok(pass)) => {
                self.health.worked();
                self.numbers.waiting.remove(&key);
                self.numbers.passed += 1;
                self.numbers.under_grant += u64::from(pass.granted.0 > 0);
                self.numbers.on_old_data += u64::from(pass.stale);
                self.passed.insert(key, (order.job, order.attempt));
                self.hand_on(config, order);
                false
            }
            Ok(Err(obstacles)) => {
                self.health.worked();
                let reasons = obstacles.into_iter().map(|o| format!("{:?}: {}", o.block, o.reason));
                self.numbers.waiting.insert(key, reasons.collect());
                true
            }
            // Not known: the order comes again.
            Err(error) => {
                self.health.failed("training-gate", &error);
                false
            }
        };
        self.args.observer.show(self.health.with(&self.numbers));
        let _ = asker.cast(ConfigMsg::TrainingHeld { job: order.job, held: blocked }); // told again with the next order
    }

    fn hand_on(&self, config: GameConfig, order: TrainingOrder) {
        if let Err(error) = self.args.trainer.cast(TrainerMsg::Train { config, order }) {
            tracing::warn!(job = %order.job, %error, "an order did not reach the trainer; it is sent again");
        }
    }
}

/// Decides off the mailbox.
struct GateDesk {
    gate: TrainingGate,
    store: StoreAccess,
    publisher: EventPublisher,
    permit: WorkPermit,
    clock: Arc<dyn Clock>,
}

impl GateDesk {
    fn of(args: &TrainingGateArgs) -> Self {
        Self {
            gate: args.gate,
            store: args.store.clone(),
            publisher: args.publisher.clone(),
            permit: args.permit.clone(),
            clock: Arc::clone(&args.clock),
        }
    }

    /// Decides about an order, and stores what follows before anybody acts on it: a use of the grant, causes that are told of.
    async fn decide(
        &self,
        config: ConfigKey,
        order: TrainingOrder,
    ) -> Result<Result<GatePass, Vec<GateObstacle>>, BusFailure> {
        let (now, permit) = (UnixMillis(self.clock.unix_ms()), self.permit.clone());
        let read = move |snapshot: &StoreSnapshot| {
            let told: Option<ToldBlocks> = snapshot.fact(&fact(config))?;
            Ok((gate_facts(snapshot, config, &order, (now, &permit))?, told.unwrap_or_default()))
        };
        let (facts, told) = self.store.query("what may train", read).await?;
        let decision = self.gate.decide(&facts);
        match &decision {
            Ok(pass) => {
                self.told_of(config, &told, &[], now).await?;
                if pass.granted.0 > 0 {
                    record_use(&self.store, GrantUse { job: order.job, games: pass.granted, at: now })
                        .await?;
                }
                if pass.stale {
                    tracing::warn!(%config, job = %order.job, "a run trains on older data, because none comes");
                }
            }
            Err(obstacles) => self.told_of(config, &told, obstacles, now).await?,
        }
        Ok(decision)
    }

    /// Tells of causes that are new, and forgets those that ended, in one transaction.
    async fn told_of(
        &self,
        config: ConfigKey,
        told: &ToldBlocks,
        obstacles: &[GateObstacle],
        at: UnixMillis,
    ) -> Result<(), BusFailure> {
        let next = ToldBlocks(obstacles.iter().map(|obstacle| obstacle.block).collect());
        if next == *told {
            return Ok(());
        }
        let new = obstacles.iter().filter(|obstacle| !told.0.contains(&obstacle.block));
        let staged = new
            .map(|GateObstacle { block, reason }| {
                tracing::warn!(%config, ?block, reason, "a training run waits");
                let (block, reason) = (*block, reason.clone());
                self.publisher.stage(TrainingBlockedByQuality { config, block, reason, at }.into(), None)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let work = move |write: &mut StoreWrite| {
            write.put_fact(&fact(config), &next)?;
            for event in &staged {
                let _ = event.append(write)?;
            }
            Ok(())
        };
        Ok(self.store.commit("causes against training", work).await?)
    }
}

#[cfg(test)]
mod tests;
