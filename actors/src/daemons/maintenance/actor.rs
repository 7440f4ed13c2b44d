//! The actor itself. Supervised by `daemons`, one for one; a restart goes on with what is due by the stored times.

use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_config::{KeepingSection, StorageSection};
use rr_proto::{ErrorCode, Event, EventKind, FailureNote, ResourceLevel, UnixMillis};
use serde::Serialize;

use super::due::{MaintenanceDone, MaintenanceTask};
use super::tasks::{MaintenanceRound, MaintenanceTools};
use crate::bus::{BusMsg, Delivery, DurableSubscription, EventFilter, EventSink, StartFrom};
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::daemons::cleaning::{Cleaner, CleaningPolicy};
use crate::error::StoreFailure;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// Name under which the times are stored.
const FACT: &str = "maintenance";

/// What maintenance is told.
#[derive(Debug)]
pub enum MaintenanceMsg {
    /// See what is due.
    Tick,
    /// The disk gets short, or has room again.
    Heard(Delivery),
    /// A round has ended. Sent by the round.
    Worked(MaintenanceRound),
}

/// What maintenance needs.
#[derive(Clone)]
pub struct MaintenanceArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Takes files away.
    pub cleaner: Cleaner,
    /// How long blobs are kept that nothing refers to.
    pub storage: StorageSection,
    /// How long everything else is kept.
    pub keeping: KeepingSection,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// This actor, for events and ticks.
    pub myself: Address<MaintenanceMsg>,
    /// Shows the state.
    pub observer: Observer,
}

/// Does what has to be done now and then.
pub struct MaintenanceActor;

/// What was done, and when.
pub struct MaintenanceState {
    args: MaintenanceArgs,
    health: DaemonHealth,
    done: MaintenanceDone,
    working: bool,
    numbers: MaintenanceNumbers,
    _ticker: Ticker,
}

/// What maintenance shows.
#[derive(Debug, Clone, Default, Serialize)]
struct MaintenanceNumbers {
    rounds: u64,
    files: u64,
    freed_bytes: u64,
    jobs: u64,
    last: Vec<MaintenanceTask>,
}

impl Actor for MaintenanceActor {
    type Msg = MaintenanceMsg;
    type State = MaintenanceState;
    type Arguments = MaintenanceArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<MaintenanceMsg>,
        args: MaintenanceArgs,
    ) -> Result<MaintenanceState, ActorProcessingErr> {
        let done = args.store.query("maintenance", |snapshot| snapshot.fact(FACT)).await?.unwrap_or_default();
        // The first look comes after one interval: a start has better things to do.
        let every = Duration::from_secs(args.keeping.maintenance_interval_seconds);
        let ticker = Ticker::every(&args.myself, every, || MaintenanceMsg::Tick);
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        let numbers = MaintenanceNumbers::default();
        args.observer.show(health.with(&numbers));
        Ok(MaintenanceState { args, health, done, working: false, numbers, _ticker: ticker })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<MaintenanceMsg>,
        state: &mut MaintenanceState,
    ) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: "maintenance".to_owned(),
            filter: EventFilter::kinds(&[EventKind::DiskSpaceLow]),
            sink: EventSink::new(state.args.myself.clone(), MaintenanceMsg::Heard),
            from: StartFrom::Now,
        };
        subscription.open(&state.args.bus).await?;
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<MaintenanceMsg>,
        message: MaintenanceMsg,
        state: &mut MaintenanceState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            MaintenanceMsg::Tick => state.tick(),
            MaintenanceMsg::Heard(delivery) => state.heard(delivery),
            MaintenanceMsg::Worked(round) => state.worked(round).await,
        }
        state.args.observer.show(state.health.with(&state.numbers));
        Ok(())
    }
}

impl MaintenanceState {
    fn tick(&mut self) {
        let due = self.done.due(self.now());
        if due.is_empty() {
            self.health.worked();
        } else {
            self.work(due);
        }
    }

    /// Brings everything forward when the disk gets short. A compaction needs room of its own, so not when there is next to none.
    fn heard(&mut self, delivery: Delivery) {
        if let Event::DiskSpaceLow(low) = delivery.event() {
            match low.level {
                ResourceLevel::Normal => {}
                _ if self.working => {
                    let message = "a round is under way".to_owned();
                    return delivery.failed(FailureNote { code: ErrorCode::Unavailable, message });
                }
                ResourceLevel::Warning => self.work(MaintenanceTask::ALL.to_vec()),
                ResourceLevel::Critical | ResourceLevel::Emergency => {
                    let all = MaintenanceTask::ALL.into_iter();
                    self.work(all.filter(|task| *task != MaintenanceTask::Compaction).collect());
                }
            }
        }
        delivery.done();
    }

    fn work(&mut self, tasks: Vec<MaintenanceTask>) {
        if std::mem::replace(&mut self.working, true) {
            return;
        }
        let (actor, now) = (self.args.myself.clone(), self.now());
        let tools = MaintenanceTools {
            store: self.args.store.clone(),
            cleaner: self.args.cleaner.clone(),
            policy: CleaningPolicy::new(&self.args.storage, &self.args.keeping),
            job_keep: Duration::from_secs(self.args.keeping.job_keep_days.saturating_mul(86_400)),
            compact_share: self.args.keeping.compact_share,
        };
        tokio::spawn(async move {
            let round = tools.work(tasks, now).await;
            let _ = actor.cast(MaintenanceMsg::Worked(round)); // gone with its supervisor
        });
    }

    async fn worked(&mut self, round: MaintenanceRound) {
        self.working = false;
        self.numbers.rounds += 1;
        self.numbers.files += round.files;
        self.numbers.freed_bytes += round.freed_bytes;
        self.numbers.jobs += round.jobs;
        let now = self.now();
        round.done.iter().for_each(|task| self.done.done(*task, now));
        self.numbers.last = round.done;
        match (round.failure, self.remember().await) {
            (Some(failure), _) => self.health.failed("MAINTENANCE", &failure),
            (None, Err(failure)) => self.health.failed("MAINTENANCE", &failure),
            (None, Ok(())) => self.health.worked(),
        }
    }

    async fn remember(&self) -> Result<(), StoreFailure> {
        let done = self.done.clone();
        self.args.store.commit("maintenance", move |write| write.put_fact(FACT, &done)).await
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.args.clock.unix_ms())
    }
}

#[cfg(test)]
mod tests {
    use rr_proto::{DiskSpaceLow, ResourceKind, ResourceUse};
    use rr_storage::{BlobStore, DataLayout};

    use super::*;
    use crate::clock::ManualClock;
    use crate::daemons::testing::DaemonHouse;
    use crate::supervision::{ChildSpec, Strategy, SupervisorSpec, TreePath};

    const DAY: Duration = Duration::from_secs(86_400);

    struct Kept {
        house: DaemonHouse,
        clock: Arc<ManualClock>,
        layout: DataLayout,
        blobs: Arc<BlobStore>,
    }

    impl Kept {
        async fn open() -> Self {
            let house = DaemonHouse::open().await;
            let layout = DataLayout::new(house.folder.path());
            let blobs = Arc::new(BlobStore::open(&layout).unwrap());
            std::fs::create_dir_all(layout.logs()).unwrap();
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            let clock = Arc::new(ManualClock::at_ms(now.as_millis().try_into().unwrap()));
            let kept = Self { house, clock, layout, blobs };
            kept.start("node").await;
            kept
        }

        async fn start(&self, root: &str) {
            let clock: Arc<dyn Clock> = self.clock.clone();
            let (store, bus) = (self.house.store.clone(), self.house.bus());
            let cleaner = Cleaner {
                store: store.clone(),
                blobs: Arc::clone(&self.blobs),
                layout: self.layout.clone(),
                clock: Arc::clone(&clock),
            };
            let spec =
                SupervisorSpec::new(Strategy::OneForOne).child(ChildSpec::worker("upkeep", move |start| {
                    let args = MaintenanceArgs {
                        store: store.clone(),
                        cleaner: cleaner.clone(),
                        storage: StorageSection::default(),
                        keeping: KeepingSection::default(),
                        bus: bus.clone(),
                        clock: Arc::clone(&clock),
                        myself: start.address(),
                        observer: start.observer(),
                    };
                    (MaintenanceActor, args)
                }));
            self.house.start(root, spec).await;
        }

        fn tick(&self, root: &str) {
            let path = TreePath::new(root).child("upkeep");
            self.house.tree.address(&path).cast(MaintenanceMsg::Tick).unwrap();
        }

        async fn until_rounds(&self, root: &str, rounds: u64) -> serde_json::Value {
            self.house.until_shown(&format!("{root}/upkeep"), |shown| shown["rounds"] == rounds).await
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_due_is_done_and_remembered_over_restarts() {
        let kept = Kept::open().await;
        let log = kept.layout.logs().join("old.log");
        std::fs::write(&log, "old").unwrap();
        kept.tick("node");
        let shown = kept.until_rounds("node", 1).await;
        assert_eq!(shown["last"].as_array().unwrap().len(), 6, "none was ever done: {shown}");
        assert!(log.exists(), "it is young");
        kept.clock.advance(15 * DAY);
        kept.start("again").await;
        kept.tick("again");
        let shown = kept.until_rounds("again", 1).await;
        assert_eq!((&shown["files"], &shown["status"]), (&1.into(), &"healthy".into()));
        assert!(!log.exists());
        kept.clock.advance(DAY / 24);
        kept.tick("again");
        let shown = kept.until_rounds("again", 2).await;
        assert_eq!(shown["last"], serde_json::json!(["runs", "logs"]));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_disk_that_gets_short_brings_everything_forward_but_the_compaction() {
        let kept = Kept::open().await;
        kept.tick("node");
        kept.until_rounds("node", 1).await;
        let unneeded = kept.blobs.put(b"nothing refers to this").unwrap();
        kept.clock.advance(Duration::from_secs(7_200));
        let usage = ResourceUse { resource: ResourceKind::Disk, place: None, used_bytes: 9, total_bytes: 10 };
        let (node, level, at) = (DaemonHouse::node(), ResourceLevel::Critical, UnixMillis(1));
        kept.house.publisher.publish(DiskSpaceLow { node, usage, level, at }.into(), None).await.unwrap();
        let shown = kept.until_rounds("node", 2).await;
        assert_eq!(shown["last"], serde_json::json!(["runs", "logs", "blobs", "quarantine", "jobs"]));
        assert!(!kept.blobs.contains(unneeded));
    }
}
