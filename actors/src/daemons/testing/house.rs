//! A store and a bus, and whatever else a test puts into the tree.

use std::sync::Arc;
use std::time::Duration;

use ractor::{ActorRef, Message};
use rr_proto::{Event, EventEnvelope, NodeId, UnixMillis};
use rr_storage::{NewGame, StoreOptions};
use serde_json::Value;
use tempfile::TempDir;

use crate::bus::{BusArgs, BusMsg, BusSettings, EventBus, EventPublisher};
use crate::clock::{Clock, ManualClock};
use crate::permit::WorkPermit;
use crate::store::{StoreAccess, StoreActor, StoreArgs};
use crate::supervision::{
    ActorTree, Address, Backoff, ChildSpec, NodeState, Strategy, Supervisor, SupervisorMsg, SupervisorSpec,
    TreePath,
};

/// Time of the clock at the start: one billion seconds.
const START_MS: u64 = 1_000_000_000_000;

/// What daemons stand on; wall-clock and monotonic time stand still until they are moved.
pub(crate) struct House {
    pub folder: TempDir,
    pub clock: Arc<ManualClock>,
    pub tree: ActorTree,
    pub store: StoreAccess,
    pub publisher: EventPublisher,
    pub permit: WorkPermit,
    root: Option<ActorRef<SupervisorMsg>>,
}

fn at(name: &str) -> TreePath {
    TreePath::new("node").child(name)
}

impl House {
    /// Draws the plan; nothing runs yet.
    pub fn new() -> Self {
        let clock = Arc::new(ManualClock::at_ms(START_MS));
        let tree = ActorTree::new(clock.clone());
        let store = StoreAccess::new(tree.address(&at("store")), 64);
        let node = NodeId::new("test").unwrap();
        let publisher = EventPublisher::new(tree.address(&at("bus")), store.clone(), node, clock.clone());
        let permit = WorkPermit::new(clock.clone());
        let folder = tempfile::tempdir().unwrap();
        Self { folder, clock, tree, store, publisher, permit, root: None }
    }

    pub fn bus(&self) -> Address<BusMsg> {
        self.tree.address(&at("bus"))
    }

    /// Starts store and bus, and then these.
    pub async fn start(&mut self, children: Vec<ChildSpec>) {
        let options = StoreOptions { cache_bytes: 1 << 20, check_on_open: false, dedup_window: 10_000 };
        let store = StoreArgs::new(self.folder.path().join("store.redb"), options);
        let clock: Arc<dyn Clock> = self.clock.clone();
        let bus = BusArgs { store: self.store.clone(), clock, settings: BusSettings::default(), seed: 3 };
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .backoff(Backoff::none())
            .intensity(1_000, Duration::from_secs(1))
            .child(ChildSpec::worker("store", move |_| (StoreActor, store.clone())))
            .child(ChildSpec::worker("bus", move |_| (EventBus, bus.clone())));
        let spec = children.into_iter().fold(spec, SupervisorSpec::child);
        let (root, _) = Supervisor::start_root("node", spec, &self.tree, 1).await.unwrap();
        self.root = Some(root);
    }

    pub fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.unix_ms())
    }

    /// Sends a message to a child.
    pub fn tell<M: Message>(&self, name: &str, message: M) {
        self.tree.address(&at(name)).cast(message).unwrap();
    }

    /// Kills a child and waits until its successor runs.
    pub async fn kill(&self, name: &str) {
        let restarts = self.tree.node(&at(name)).unwrap().restarts;
        self.tree.cell(&at(name)).unwrap().kill();
        let back = || {
            let node = self.tree.node(&at(name))?;
            (node.restarts > restarts && node.state == NodeState::Running).then_some(())
        };
        self.eventually(name, back).await;
    }

    /// Returns what a child shows.
    pub fn shown(&self, name: &str) -> Value {
        self.tree.observed(&at(name)).unwrap_or_default()
    }

    /// Waits until what a child shows is as wanted.
    pub async fn until(&self, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let fits = || Some(self.shown(name)).filter(&wanted);
        self.eventually(name, fits).await
    }

    /// Waits until there is an answer; a test that hangs says what it last saw.
    pub async fn eventually<T>(&self, name: &str, ask: impl Fn() -> Option<T>) -> T {
        for _ in 0..6_000 {
            if let Some(answer) = ask() {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{name} shows {:#}, and node {:#?}", self.shown(name), self.tree.node(&at(name)));
    }

    /// Stores games without telling anybody.
    pub async fn append(&self, games: Vec<NewGame>) {
        self.store.append_games(games).await.unwrap();
    }

    /// Returns the events that are stored, in order.
    pub async fn events(&self) -> Vec<Event> {
        let read = |snapshot: &rr_storage::StoreSnapshot| snapshot.events(0, usize::MAX);
        let events = self.store.query("events", read).await.unwrap();
        events.iter().map(|event| EventEnvelope::from_bytes(&event.envelope).unwrap().event).collect()
    }

    /// Returns the names of stored events.
    pub async fn event_names(&self) -> Vec<&'static str> {
        self.events().await.iter().map(Event::name).collect()
    }

    /// Waits until so many events of a name are stored, and returns them.
    pub async fn events_named(&self, name: &str, count: usize) -> Vec<Event> {
        for _ in 0..6_000 {
            let events: Vec<Event> =
                self.events().await.into_iter().filter(|event| event.name() == name).collect();
            if events.len() >= count {
                return events;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("fewer than {count} {name} among {:?}", self.event_names().await);
    }
}
