//! The metrics actor: gathers now and then what a scrape may not wait for, and counts events as they are announced. Supervised by the
//! node; nothing restarts with it, and scrapes go on with what it gathered last.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use serde::Serialize;
use tokio::task::JoinSet;

use super::board::MetricsBoard;
use super::machine::MachineReading;
use super::readings::Readings;
use crate::bus::{BusMsg, BusReport, Delivery, EventFilter, EventSink, LiveSubscription};
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::daemons::memory_monitor::MemoryProbe;
use crate::devices::DeviceClient;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// How often it gathers.
const EVERY: Duration = Duration::from_secs(10);
/// How long one of those asked may take before the gathering goes on without it.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the metrics actor is told.
#[derive(Debug)]
pub enum MetricsMsg {
    /// Gather now.
    Gather,
    /// This is what a gathering brought. Sent by the gathering.
    Gathered(Box<Readings>),
    /// Something happened.
    Heard(Delivery),
}

/// What the metrics actor needs.
#[derive(Clone)]
pub struct MetricsArgs {
    /// Where readings and the tally are shown.
    pub board: MetricsBoard,
    /// The store.
    pub store: StoreAccess,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// The device, where there is one.
    pub device: Option<DeviceClient>,
    /// Reads memory.
    pub memory: Arc<dyn MemoryProbe>,
    /// The data folder.
    pub folder: PathBuf,
    /// The database file.
    pub database: PathBuf,
    /// This actor, for gatherings and events.
    pub myself: Address<MetricsMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Gathers.
pub struct MetricsActor;

/// Whether a gathering is under way, and how they go.
pub struct MetricsState {
    args: MetricsArgs,
    health: DaemonHealth,
    gathering: JoinSet<()>,
    numbers: MetricsNumbers,
    _ticker: Ticker,
}

/// What the metrics actor shows.
#[derive(Debug, Default, Serialize)]
struct MetricsNumbers {
    gatherings: u64,
    events: u64,
}

impl Actor for MetricsActor {
    type Msg = MetricsMsg;
    type State = MetricsState;
    type Arguments = MetricsArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<MetricsMsg>,
        args: MetricsArgs,
    ) -> Result<MetricsState, ActorProcessingErr> {
        let ticker = Ticker::every(&args.myself, EVERY, || MetricsMsg::Gather);
        myself.cast(MetricsMsg::Gather)?;
        let (health, numbers) = (DaemonHealth::new(args.clock.clone()), MetricsNumbers::default());
        Ok(MetricsState { args, health, gathering: JoinSet::new(), numbers, _ticker: ticker })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<MetricsMsg>,
        state: &mut MetricsState,
    ) -> Result<(), ActorProcessingErr> {
        let subscription = LiveSubscription {
            name: "metrics".to_owned(),
            filter: EventFilter::all(),
            sink: EventSink::new(state.args.myself.clone(), MetricsMsg::Heard),
        };
        subscription.open(&state.args.bus).await?;
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<MetricsMsg>,
        message: MetricsMsg,
        state: &mut MetricsState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            MetricsMsg::Gather => state.gather(),
            MetricsMsg::Gathered(readings) => state.gathered(*readings),
            MetricsMsg::Heard(delivery) => state.heard(&delivery),
        }
        Ok(())
    }
}

impl MetricsState {
    /// Gathers on a task that ends with the actor, one at a time: whoever is asked may take its time.
    fn gather(&mut self) {
        while self.gathering.try_join_next().is_some() {}
        if !self.gathering.is_empty() {
            return;
        }
        let args = self.args.clone();
        self.gathering.spawn(async move {
            let readings = Box::new(gather(&args).await);
            let _ = args.myself.cast(MetricsMsg::Gathered(readings)); // gone with its supervisor
        });
    }

    fn gathered(&mut self, readings: Readings) {
        self.numbers.gatherings += 1;
        let silent = [("the store", readings.store.is_none()), ("the event bus", readings.bus.is_none())];
        match silent.iter().find(|(_, silent)| *silent) {
            Some((who, _)) => {
                self.health.failed("metrics", &format!("{who} did not answer within {PATIENCE:?}"))
            }
            None => self.health.worked(),
        }
        self.args.board.show(readings);
        self.args.observer.show(self.health.with(&self.numbers));
    }

    fn heard(&mut self, delivery: &Delivery) {
        self.numbers.events += 1;
        self.args.board.tally().hear(delivery.event());
    }
}

async fn gather(args: &MetricsArgs) -> Readings {
    let machine = {
        let args = args.clone();
        tokio::task::spawn_blocking(move || MachineReading::take(&*args.memory, &args.folder, &args.database))
    };
    let stored = args.store.query("metrics", |snapshot| {
        let champions = snapshot.champions()?;
        let since: Vec<_> = champions.iter().map(|champion| (champion.config, champion.row.since)).collect();
        Ok((since, snapshot.next_event()?))
    });
    let report: Option<BusReport> = args.bus.call(BusMsg::Report, PATIENCE).await.ok();
    let (champions, next_event) = match within(stored).await.and_then(Result::ok) {
        Some((champions, next)) => (champions, Some(next)),
        None => (Vec::new(), None),
    };
    let device = match &args.device {
        Some(device) => within(device.report()).await.and_then(Result::ok),
        None => None,
    };
    Readings {
        at_ms: args.clock.unix_ms(),
        store: within(args.store.report()).await.and_then(Result::ok),
        next_event,
        champions,
        bus: report,
        device,
        machine: machine.await.unwrap_or_default(),
    }
}

async fn within<T>(asked: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(PATIENCE, asked).await.ok()
}
