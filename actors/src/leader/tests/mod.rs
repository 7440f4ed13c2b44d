//! A store and a bus, with the business time in the hand of the test, for the daemons of the leader.

mod chain;
pub(super) mod strength;

use std::sync::Arc;
use std::time::Duration;

use rr_proto::{ConfigKey, Event, EventEnvelope, ModelId, NodeId, TrainingSteps, UnixMillis};
use rr_storage::{ModelRow, StoreOptions};
use tempfile::TempDir;

use crate::bus::{BusArgs, BusMsg, BusSettings, EventBus, EventPublisher};
use crate::clock::{ManualClock, SystemClock};
use crate::store::{StoreAccess, StoreActor, StoreArgs};
use crate::supervision::{
    ActorTree, Address, Backoff, ChildSpec, Strategy, Supervisor, SupervisorSpec, TreePath,
};

/// How long a test waits for what has to come.
pub(super) const SOON: Duration = Duration::from_secs(60);
/// When every test begins.
pub(super) const START: u64 = 1_700_000_000_000;

pub(super) struct House {
    _folder: TempDir,
    pub tree: ActorTree,
    pub store: StoreAccess,
    pub publisher: EventPublisher,
    pub clock: Arc<ManualClock>,
}

impl House {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at_ms(START));
        let tree = ActorTree::new(Arc::new(SystemClock::new()));
        let options = StoreOptions { cache_bytes: 1 << 20, check_on_open: false, dedup_window: 10_000 };
        let store_args = StoreArgs::new(folder.path().join("store.redb"), options);
        let store = StoreAccess::new(tree.address(&TreePath::new("node/store")), 64);
        let retry =
            Backoff { initial: Duration::from_millis(20), jitter: 0.0, ..BusSettings::default().retry };
        let bus_args = BusArgs {
            store: store.clone(),
            clock: Arc::new(SystemClock::new()),
            settings: BusSettings { handler_timeout: SOON, retry, ..BusSettings::default() },
            seed: 3,
        };
        let spec = SupervisorSpec::new(Strategy::RestForOne)
            .backoff(Backoff::none())
            .child(ChildSpec::worker("store", move |_| (StoreActor, store_args.clone())))
            .child(ChildSpec::worker("bus", move |_| (EventBus, bus_args.clone())));
        Supervisor::start_root("node", spec, &tree, 1).await.unwrap();
        let bus = tree.address(&TreePath::new("node/bus"));
        let publisher = EventPublisher::new(bus, store.clone(), NodeId::new("test").unwrap(), clock.clone());
        Self { _folder: folder, tree, store, publisher, clock }
    }

    pub fn bus(&self) -> Address<BusMsg> {
        self.tree.address(&TreePath::new("node/bus"))
    }

    /// Starts a daemon in a tree of its own.
    pub async fn start(&self, daemon: ChildSpec) {
        let name = daemon.name().to_owned();
        let spec = SupervisorSpec::new(Strategy::OneForOne).backoff(Backoff::none()).child(daemon);
        Supervisor::start_root(&name, spec, &self.tree, 1).await.unwrap();
        // It has subscribed by the time that it answers.
        self.tree.ping(&TreePath::new(&name).child(&name), SOON).await.unwrap();
    }

    /// Kills a daemon and waits until its next life serves.
    pub async fn restart<M: ractor::Message>(&self, name: &str) {
        let address = self.daemon::<M>(name);
        let before = address.wait_up(SOON).await.unwrap();
        before.kill();
        let deadline = tokio::time::Instant::now() + SOON;
        while address.current().is_none_or(|actor| actor.get_id() == before.get_id()) {
            assert!(tokio::time::Instant::now() < deadline, "{name} did not come back");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.tree.ping(address.path(), SOON).await.unwrap();
    }

    /// Reaches a daemon that was started by this name.
    pub fn daemon<M: ractor::Message>(&self, name: &str) -> Address<M> {
        self.tree.address(&TreePath::new(name).child(name))
    }

    pub async fn publish(&self, event: impl Into<Event>) {
        self.publisher.publish(event.into(), None).await.unwrap();
    }

    pub async fn events(&self) -> Vec<Event> {
        let stored = self.store.query("events", |s| s.events(0, usize::MAX)).await.unwrap();
        stored.iter().map(|row| EventEnvelope::from_bytes(&row.envelope).unwrap().event).collect()
    }

    /// Waits until so many events of a name are stored, and returns them.
    pub async fn until(&self, name: &str, count: usize) -> Vec<Event> {
        let deadline = tokio::time::Instant::now() + SOON;
        loop {
            let events = self.events().await;
            let found: Vec<Event> = events.iter().filter(|event| event.name() == name).cloned().collect();
            if found.len() >= count {
                return found;
            }
            assert!(tokio::time::Instant::now() < deadline, "{count} of {name} did not come: {events:#?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until every durable subscriber has heard everything.
    pub async fn settle(&self) {
        let deadline = tokio::time::Instant::now() + SOON;
        loop {
            let end = self.store.query("end", |s| s.next_event()).await.unwrap();
            let report = self.bus().call(BusMsg::Report, SOON).await.unwrap();
            if report.subscribers.iter().all(|subscriber| subscriber.cursor == Some(end)) {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "{end}: {report:#?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub fn now(&self) -> UnixMillis {
        use crate::clock::Clock as _;
        UnixMillis(self.clock.unix_ms())
    }

    /// Records a model of a config, without a file.
    pub async fn model(&self, config: ConfigKey, name: &str) -> ModelId {
        let id = ModelId::of(name.as_bytes());
        let row = ModelRow {
            id,
            config,
            parent: None,
            generation: Default::default(),
            steps: TrainingSteps(0),
            created_at: UnixMillis(1),
            file_bytes: 1,
            card_json: "{}".to_owned(),
        };
        let _ = self.store.append_model(row).await.unwrap();
        id
    }
}

/// The config that most tests are about.
pub(super) fn hex() -> ConfigKey {
    "hex8_2p".parse().unwrap()
}
