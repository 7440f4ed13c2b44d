//! The actor itself. Supervised by `daemons`, one for one; a restart while memory is short goes on at its next tick.

use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_engine::search::EvalCache;
use rr_proto::{Event, EventKind};
use serde::Serialize;

use crate::bus::{BusMsg, Delivery, EventFilter, EventSink, LiveSubscription};
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::devices::DeviceClient;
use crate::permit::{HoldReason, WorkPermit};
use crate::supervision::{Address, Observer, Ticker};

/// Time between two rounds while memory is short: games that are still played fill what was emptied.
const AGAIN: Duration = Duration::from_secs(30);
/// How long a model has to be unused before it is let go.
const UNUSED: Duration = Duration::from_secs(60);

/// What the relief is told.
#[derive(Debug)]
pub enum MemoryReliefMsg {
    /// Memory is short, or no longer.
    Heard(Delivery),
    /// Time passed.
    Tick,
}

/// What the relief needs.
#[derive(Clone)]
pub struct MemoryReliefArgs {
    /// Remembered evaluations; none where nothing is remembered.
    pub cache: Option<Arc<EvalCache>>,
    /// The device.
    pub device: DeviceClient,
    /// Says whether memory is short.
    pub permit: WorkPermit,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// This actor, for events and ticks.
    pub myself: Address<MemoryReliefMsg>,
    /// Shows the state.
    pub observer: Observer,
}

/// Gives memory up while it is short.
pub struct MemoryReliefActor;

/// Whether memory is short, and what was given up.
pub struct MemoryReliefState {
    args: MemoryReliefArgs,
    health: DaemonHealth,
    numbers: ReliefNumbers,
    _ticker: Ticker,
}

/// What the relief shows.
#[derive(Debug, Clone, Default, Serialize)]
struct ReliefNumbers {
    pressed: bool,
    rounds: u64,
    cache_bytes: u64,
    models: u64,
}

impl Actor for MemoryReliefActor {
    type Msg = MemoryReliefMsg;
    type State = MemoryReliefState;
    type Arguments = MemoryReliefArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<MemoryReliefMsg>,
        args: MemoryReliefArgs,
    ) -> Result<MemoryReliefState, ActorProcessingErr> {
        let ticker = Ticker::every(&args.myself, AGAIN, || MemoryReliefMsg::Tick);
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        Ok(MemoryReliefState { args, health, numbers: ReliefNumbers::default(), _ticker: ticker })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<MemoryReliefMsg>,
        state: &mut MemoryReliefState,
    ) -> Result<(), ActorProcessingErr> {
        // What was before it listened is not heard: a tick sees by the permit what lasts.
        let subscription = LiveSubscription {
            name: "memory-relief".to_owned(),
            filter: EventFilter::kinds(&[EventKind::MemoryPressure, EventKind::MemoryPressureCleared]),
            sink: EventSink::new(state.args.myself.clone(), MemoryReliefMsg::Heard),
        };
        subscription.open(&state.args.bus).await?;
        state.show();
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<MemoryReliefMsg>,
        message: MemoryReliefMsg,
        state: &mut MemoryReliefState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            MemoryReliefMsg::Heard(delivery) => state.heard(delivery.event()).await,
            MemoryReliefMsg::Tick => state.tick().await,
        }
        state.show();
        Ok(())
    }
}

impl MemoryReliefState {
    async fn heard(&mut self, event: &Event) {
        self.numbers.pressed = matches!(event, Event::MemoryPressure(_));
        if self.numbers.pressed {
            self.relieve().await;
        }
    }

    async fn tick(&mut self) {
        self.numbers.pressed = self.args.permit.holds().iter().any(|hold| hold.reason == HoldReason::Memory);
        if self.numbers.pressed {
            self.relieve().await;
        } else {
            self.health.worked();
        }
    }

    async fn relieve(&mut self) {
        let bytes = self.args.cache.as_ref().map_or(0, |cache| cache.clear());
        self.numbers.rounds += 1;
        self.numbers.cache_bytes += bytes as u64;
        match self.args.device.unload_idle(UNUSED).await {
            Ok(models) => {
                self.numbers.models += models as u64;
                tracing::info!(bytes, models, "memory was given up because it is short");
                self.health.worked();
            }
            Err(failure) => self.health.failed("memory-relief", &failure),
        }
    }

    fn show(&self) {
        self.args.observer.show(self.health.with(&self.numbers));
    }
}

#[cfg(test)]
mod tests {
    use ractor::RpcReplyPort;
    use rr_proto::{MemoryPressure, MemoryPressureCleared, ResourceKind, ResourceUse, UnixMillis};

    use super::*;
    use crate::clock::SystemClock;
    use crate::daemons::testing::DaemonHouse;
    use crate::devices::DeviceMsg;
    use crate::supervision::{ChildSpec, Strategy, SupervisorSpec, TreePath};

    /// A device with two models that nobody uses.
    struct IdleDevice;

    impl Actor for IdleDevice {
        type Msg = DeviceMsg;
        type State = ();
        type Arguments = ();

        async fn pre_start(&self, _: ActorRef<DeviceMsg>, (): ()) -> Result<(), ActorProcessingErr> {
            Ok(())
        }

        async fn handle(
            &self,
            _: ActorRef<DeviceMsg>,
            message: DeviceMsg,
            (): &mut (),
        ) -> Result<(), ActorProcessingErr> {
            if let DeviceMsg::UnloadIdle(idle, reply) = message {
                let reply: RpcReplyPort<usize> = reply;
                reply.send(if idle == UNUSED { 2 } else { 0 })?;
            }
            Ok(())
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn pressure_empties_the_cache_and_unloads_idle_models_until_it_ends() {
        let house = DaemonHouse::open().await;
        let cache = Arc::new(EvalCache::new(1 << 20));
        let fill = || cache.for_model(1).insert(7, &[0.5; 8], [0.0; 4]);
        fill();
        let full = cache.bytes();
        assert!(full > 0);
        let (bus, store, held) = (house.bus(), house.store.clone(), Arc::clone(&cache));
        let permit = WorkPermit::new(Arc::new(SystemClock::new()));
        let asked = permit.clone();
        let relief = ChildSpec::worker("relief", move |start| {
            let args = MemoryReliefArgs {
                cache: Some(Arc::clone(&held)),
                device: DeviceClient::new(start.tree.address(&TreePath::new("node/device")), store.clone()),
                permit: asked.clone(),
                bus: bus.clone(),
                clock: Arc::new(SystemClock::new()),
                myself: start.address(),
                observer: start.observer(),
            };
            (MemoryReliefActor, args)
        });
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .child(ChildSpec::worker("device", |_| (IdleDevice, ())))
            .child(relief);
        house.start("node", spec).await;
        let usage = ResourceUse { resource: ResourceKind::Ram, place: None, used_bytes: 9, total_bytes: 10 };
        let (node, at) = (DaemonHouse::node(), UnixMillis(1));
        house.until_shown("node/relief", |shown| shown["status"] == "starting").await;
        let pressure = MemoryPressure { node: node.clone(), usage: usage.clone(), at };
        house.publisher.publish(pressure.into(), None).await.unwrap();
        let shown = house.until_shown("node/relief", |shown| shown["rounds"] == 1).await;
        assert_eq!((&shown["models"], &shown["pressed"]), (&2.into(), &true.into()));
        assert_eq!((shown["cache_bytes"].as_u64(), cache.bytes()), (Some(full as u64), 0));

        permit.hold(HoldReason::Memory, "a test");
        fill();
        let relief = house.tree.address::<MemoryReliefMsg>(&TreePath::new("node/relief"));
        relief.cast(MemoryReliefMsg::Tick).unwrap();
        house.until_shown("node/relief", |shown| shown["rounds"] == 2).await;
        assert_eq!(cache.bytes(), 0, "what filled it again is given up as well");

        permit.release(HoldReason::Memory);
        let cleared = MemoryPressureCleared { node, usage, duration_ms: 5, at };
        house.publisher.publish(cleared.into(), None).await.unwrap();
        house.until_shown("node/relief", |shown| shown["pressed"] == false).await;
        fill();
        relief.cast(MemoryReliefMsg::Tick).unwrap();
        relief.cast(MemoryReliefMsg::Tick).unwrap();
        house.until_shown("node/relief", |shown| shown["status"] == "healthy").await;
        assert_eq!(
            (cache.bytes(), house.until_shown("node/relief", |_| true).await["rounds"].as_u64()),
            (full, Some(2))
        );
    }
}
