//! The actor itself. Supervised by `daemons`, one for one; a restart looks at all champions again, which repeats nothing that is done.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_proto::{
    ConfigKey, ErrorCode, EventKind, FailureNote, Generation, ModelDistributionComplete, ModelId, NodeId,
};
use rr_storage::{ChampionRow, ModelRow, StoreSnapshot, StoreWrite, StoredValue};
use serde::{Deserialize, Serialize};

use super::registry::{DistributionFailure, ModelRegistry};
use crate::bus::{BusMsg, Delivery, DurableSubscription, EventFilter, EventPublisher, EventSink, StartFrom};
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::devices::DeviceClient;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// Name under which what was told is stored.
const FACT: &str = "model-distribution";
/// Time between two looks whether the copies still are there.
const LOOK: Duration = Duration::from_secs(60);

/// What the distribution is told.
#[derive(Debug)]
pub enum ModelDistributionMsg {
    /// A champion changed.
    Heard(Delivery),
    /// See whether every champion lies where it should.
    Look,
}

/// What the distribution needs.
#[derive(Clone)]
pub struct ModelDistributionArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Where models go.
    pub registry: ModelRegistry,
    /// The device, which opens a session ahead of its use; none on a node that computes nothing.
    pub device: Option<DeviceClient>,
    /// Events.
    pub publisher: EventPublisher,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// This node.
    pub node: NodeId,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// This actor, for events and looks.
    pub myself: Address<ModelDistributionMsg>,
    /// Shows the state.
    pub observer: Observer,
}

/// Brings champions to where they are needed.
pub struct ModelDistributionActor;

/// What was told, and how it stands.
pub struct ModelDistributionState {
    args: ModelDistributionArgs,
    health: DaemonHealth,
    told: ToldChampions,
    numbers: DistributionNumbers,
    _ticker: Ticker,
}

/// The champions that were told to lie where they are needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ToldChampions(BTreeMap<ConfigKey, (ModelId, Generation)>);

impl StoredValue for ToldChampions {
    const NAME: &'static str = "distributed champions";
    const VERSION: u16 = 1;
}

/// What the distribution shows.
#[derive(Debug, Clone, Default, Serialize)]
struct DistributionNumbers {
    published: u64,
    warmed: u64,
    champions: BTreeMap<String, String>,
}

impl Actor for ModelDistributionActor {
    type Msg = ModelDistributionMsg;
    type State = ModelDistributionState;
    type Arguments = ModelDistributionArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<ModelDistributionMsg>,
        args: ModelDistributionArgs,
    ) -> Result<ModelDistributionState, ActorProcessingErr> {
        let told = args.store.query("distributed champions", |snapshot| snapshot.fact(FACT)).await?;
        let ticker = Ticker::every(&args.myself, LOOK, || ModelDistributionMsg::Look);
        myself.cast(ModelDistributionMsg::Look)?;
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        let (told, numbers) = (told.unwrap_or_default(), DistributionNumbers::default());
        Ok(ModelDistributionState { args, health, told, numbers, _ticker: ticker })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<ModelDistributionMsg>,
        state: &mut ModelDistributionState,
    ) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: "model-distribution".to_owned(),
            filter: EventFilter::kinds(&[EventKind::ModelPromoted, EventKind::PromotionRolledBack]),
            sink: EventSink::new(state.args.myself.clone(), ModelDistributionMsg::Heard),
            from: StartFrom::Now, // the look at the start knows all that was before
        };
        subscription.open(&state.args.bus).await?;
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<ModelDistributionMsg>,
        message: ModelDistributionMsg,
        state: &mut ModelDistributionState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ModelDistributionMsg::Heard(delivery) => state.heard(delivery).await,
            ModelDistributionMsg::Look => drop(state.look(None).await),
        }
        state.args.observer.show(state.health.with(&state.numbers));
        Ok(())
    }
}

impl ModelDistributionState {
    async fn heard(&mut self, delivery: Delivery) {
        match self.look(delivery.event().config()).await {
            None => delivery.done(),
            Some(message) => delivery.failed(FailureNote { code: ErrorCode::Unavailable, message }),
        }
    }

    /// Looks at the champion of a config, or at all; returns what failed.
    async fn look(&mut self, config: Option<ConfigKey>) -> Option<String> {
        let failure = self.distribute(config).await.err();
        match &failure {
            None => self.health.worked(),
            Some(failure) => self.health.failed("MODEL_DISTRIBUTION", failure),
        }
        failure.map(|failure| failure.to_string())
    }

    async fn distribute(&mut self, config: Option<ConfigKey>) -> Result<(), DistributionFailure> {
        // The champion as it is now: an event that comes late must not bring an old one back.
        let read = |snapshot: &StoreSnapshot| {
            let champions = snapshot.champions()?.into_iter();
            champions
                .map(|c| Ok((c.config, snapshot.model(c.row.model)?, c.row)))
                .collect::<Result<Vec<_>, _>>()
        };
        let champions = self.args.store.query("champions", read).await?;
        for (key, model, champion) in champions {
            if config.is_none_or(|config| config == key) {
                let model = model.ok_or(DistributionFailure::Unrecorded(champion.model))?;
                self.one(key, model, &champion).await?;
            }
        }
        Ok(())
    }

    /// Brings one champion to where it is needed, and tells of it where that is news.
    async fn one(
        &mut self,
        config: ConfigKey,
        model: ModelRow,
        champion: &ChampionRow,
    ) -> Result<(), DistributionFailure> {
        let (began, id) = (self.args.clock.monotonic(), model.id);
        let told = self.told.0.get(&config) == Some(&(id, champion.generation));
        let registry = self.args.registry.clone();
        let work = move || -> Result<bool, DistributionFailure> {
            let there = told && registry.has(config, &model);
            if !there {
                registry.publish(config, &model)?;
            }
            Ok(!there)
        };
        let published = tokio::task::spawn_blocking(work).await.map_err(|_| DistributionFailure::Lost)??;
        self.numbers.champions.insert(config.to_string(), id.to_string());
        self.numbers.published += u64::from(published);
        if told {
            return Ok(());
        }
        self.warm(id);
        let took = self.args.clock.monotonic().saturating_sub(began);
        let event = ModelDistributionComplete {
            config,
            model: id,
            generation: champion.generation,
            nodes: vec![self.args.node.clone()],
            duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        };
        let mut next = self.told.clone();
        next.0.insert(config, (id, champion.generation));
        let (staged, row) = (self.args.publisher.stage(event.into(), None)?, next.clone());
        let work = move |write: &mut StoreWrite| {
            write.put_fact(FACT, &row)?;
            staged.append(write).map(drop)
        };
        self.args.store.commit("distributed champion", work).await?;
        self.told = next;
        Ok(())
    }

    /// Has the device open a session ahead of its first game. Whether it does is for the device to say: games open it themselves otherwise.
    fn warm(&mut self, model: ModelId) {
        let Some(device) = self.args.device.clone() else { return };
        self.numbers.warmed += 1;
        tokio::spawn(async move {
            match device.load(model).await {
                Ok(choice) => {
                    tracing::debug!(%model, provider = %choice.used, "the champion's session is open")
                }
                Err(failure) => {
                    tracing::info!(%model, %failure, "the champion's session was not opened ahead")
                }
            }
        });
    }
}

#[cfg(test)]
mod tests;
