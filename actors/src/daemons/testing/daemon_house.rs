//! A store and a bus on the clock of the system, for daemons whose tests wait for what they tell.

use std::sync::Arc;
use std::time::Duration;

use rr_proto::{Event, EventEnvelope, NodeId};
use rr_storage::StoreOptions;
use tempfile::TempDir;

use crate::bus::{BusArgs, BusMsg, BusSettings, EventBus, EventPublisher};
use crate::clock::{Clock, SystemClock};
use crate::store::{StoreAccess, StoreActor, StoreArgs};
use crate::supervision::{ActorTree, Address, ChildSpec, Strategy, Supervisor, SupervisorSpec, TreePath};

/// How long anything may take on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(60);

/// A store and a bus that run, with a folder of their own.
pub struct DaemonHouse {
    pub folder: TempDir,
    pub tree: ActorTree,
    pub store: StoreAccess,
    pub publisher: EventPublisher,
}

impl DaemonHouse {
    /// Starts them.
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = StoreOptions { cache_bytes: 1 << 20, check_on_open: false, dedup_window: 10_000 };
        let store_args = StoreArgs::new(folder.path().join("store.redb"), options);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let tree = ActorTree::new(Arc::clone(&clock));
        let store = StoreAccess::new(tree.address(&TreePath::new("base/store")), 64);
        let settings = BusSettings::default();
        let bus_args = BusArgs { store: store.clone(), clock: Arc::clone(&clock), settings, seed: 3 };
        let spec = SupervisorSpec::new(Strategy::RestForOne)
            .child(ChildSpec::worker("store", move |_| (StoreActor, store_args.clone())))
            .child(ChildSpec::worker("bus", move |_| (EventBus, bus_args.clone())));
        Supervisor::start_root("base", spec, &tree, 1).await.unwrap();
        let bus = tree.address(&TreePath::new("base/bus"));
        let publisher = EventPublisher::new(bus, store.clone(), Self::node(), clock);
        Self { folder, tree, store, publisher }
    }

    /// The node that publishes.
    pub fn node() -> NodeId {
        NodeId::new("test").unwrap()
    }

    /// Reaches the bus.
    pub fn bus(&self) -> Address<BusMsg> {
        self.tree.address(&TreePath::new("base/bus"))
    }

    /// Starts a daemon, or several, under a supervisor of their own.
    pub async fn start(&self, name: &str, spec: SupervisorSpec) {
        Supervisor::start_root(name, spec, &self.tree, 1).await.unwrap();
    }

    /// All stored events, in order.
    pub async fn told(&self) -> Vec<Event> {
        let stored = self.store.query("told", |snapshot| snapshot.events(0, usize::MAX)).await.unwrap();
        let event = |bytes: &[u8]| EventEnvelope::from_bytes(bytes).unwrap().event;
        stored.iter().map(|stored| event(&stored.envelope)).collect()
    }

    /// Waits until the stored events are as wanted, and returns them.
    pub async fn until_told(&self, wanted: impl Fn(&[Event]) -> bool) -> Vec<Event> {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            let told = self.told().await;
            if wanted(&told) {
                return told;
            }
            assert!(std::time::Instant::now() < deadline, "only {told:#?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What the actor at a path shows, once it is as wanted.
    pub async fn until_shown(
        &self,
        path: &str,
        wanted: impl Fn(&serde_json::Value) -> bool,
    ) -> serde_json::Value {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            let shown = self.tree.observed(&TreePath::new(path)).unwrap_or_default();
            if wanted(&shown) {
                return shown;
            }
            assert!(std::time::Instant::now() < deadline, "only {shown:#}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
