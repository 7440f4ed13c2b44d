//! A small node: store, bus, one device, slots of self-play and an arena.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorRef};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_actors::bus::{BusArgs, BusSettings, EventBus, EventPublisher};
use rr_actors::devices::{DeviceActor, DeviceArgs, DeviceClient};
use rr_actors::permit::WorkPermit;
use rr_actors::store::{StoreAccess, StoreActor, StoreArgs};
use rr_actors::supervision::{
    ActorTree, Address, Backoff, ChildSpec, StartedActor, Strategy, Supervisor, SupervisorMsg,
    SupervisorSpec, TreePath,
};
use rr_actors::workers::SelfPlayAssignment;
use rr_actors::workers::arena::{ArenaActor, ArenaArgs, ArenaMsg, ArenaStatus};
use rr_actors::workers::selfplay::{
    SelfPlayActor, SelfPlayArgs, SelfPlayMsg, SelfPlayPool, SelfPlayStatus, eval_cache,
};
use rr_actors::{Clock, SupervisionError, SystemClock};
use rr_cluster::BudgetPolicy;
use rr_config::{EvaluationSection, PromotionSection, SearchSection, SelfplaySection};
use rr_engine::board::GameConfig;
use rr_engine::record::GameRecord;
use rr_onnx::{GraphOptions, ModelFile, ModelOrigin, NetSize, NetSpec, ParamTable, Runtime, SessionOptions};
use rr_proto::{ConfigKey, Event, EventEnvelope, Generation, ModelId, NodeId, TrainingSteps, UnixMillis};
use rr_storage::{BlobStore, DataDir, GameRow, LockHolder, ModelRow, StoreOptions};
use tokio::sync::watch;

pub const SOON: Duration = Duration::from_secs(60);

pub struct House {
    pub tree: ActorTree,
    pub store: StoreAccess,
    pub publisher: EventPublisher,
    pub clock: Arc<dyn Clock>,
    pub blobs: BlobStore,
    pub slots: Vec<watch::Receiver<SelfPlayStatus>>,
    pub arena_status: watch::Receiver<Option<ArenaStatus>>,
    pub config: GameConfig,
    pub permit: WorkPermit,
    root: ActorRef<SupervisorMsg>,
    done: tokio::task::JoinHandle<Result<(), SupervisionError>>,
    _data: DataDir,
}

/// How a house differs from the usual one.
#[derive(Clone)]
pub struct Plan {
    pub config: GameConfig,
    pub slots: usize,
    pub lanes: usize,
    pub selfplay: SelfplaySection,
    pub evaluation: EvaluationSection,
    /// Whether actors are counted and traced, as in every node; without it they are bare.
    pub watched: bool,
}

impl Plan {
    pub fn new(slots: usize) -> Self {
        Self {
            config: "hex8_2p".parse().unwrap(),
            slots,
            lanes: 2,
            selfplay: SelfplaySection {
                games_per_thread: 8,
                commit_games: 4,
                commit_ms: 20,
                ..SelfplaySection::default()
            },
            evaluation: EvaluationSection {
                simulations: 4,
                anchor_games: 4,
                concurrent_games: 8,
                ..EvaluationSection::default()
            },
            watched: true,
        }
    }
}

/// Describes a child, watched as every actor of a node is, or bare.
fn child<A>(
    name: &str,
    watched: bool,
    make: impl Fn() -> (A, A::Arguments) + Send + Sync + 'static,
) -> ChildSpec
where
    A: Actor,
    A::Msg: std::fmt::Debug,
{
    if watched {
        return ChildSpec::worker(name, move |_| make());
    }
    ChildSpec::new(name, move |context| {
        let (actor, args) = make();
        Box::pin(async move {
            let (actor, task) = A::spawn_linked(None, actor, args, context.supervisor).await?;
            Ok(StartedActor { cell: actor.get_cell(), task })
        })
    })
}

impl House {
    pub async fn open(folder: &Path, plan: Plan) -> Self {
        let node = NodeId::new("test").unwrap();
        let data = DataDir::open(folder, &LockHolder::this_process(node.clone())).unwrap();
        let blobs = BlobStore::open(data.layout()).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let tree = ActorTree::new(Arc::clone(&clock));
        let store = StoreAccess::new(tree.address(&path("store")), 64);
        let publisher =
            EventPublisher::new(tree.address(&path("bus")), store.clone(), node.clone(), clock.clone());
        let device = DeviceClient::new(tree.address(&path("cpu:0")), store.clone());
        let options = StoreOptions { cache_bytes: 1 << 20, check_on_open: false, dedup_window: 10_000 };
        let store_args = StoreArgs::new(data.layout().database(), options);
        let bus_args =
            BusArgs { store: store.clone(), clock: clock.clone(), settings: BusSettings::default(), seed: 3 };
        let device_args = DeviceArgs {
            lanes: plan.lanes,
            ..DeviceArgs::new(
                "cpu:0",
                Runtime::load().unwrap(),
                SessionOptions::cpu(1),
                blobs.clone(),
                clock.clone(),
            )
        };
        let search = SearchSection::default();
        let pool = SelfPlayPool::new(plan.selfplay.seed, eval_cache(&search));
        let permit = WorkPermit::new(clock.clone());
        let (arena_sender, arena_status) = watch::channel(None);
        let arena_args = ArenaArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            device: device.clone(),
            cache: pool.cache(),
            evaluation: plan.evaluation.clone(),
            search: search.clone(),
            budget: BudgetPolicy::default(),
            simulations: 0,
            promotion: PromotionSection::default(),
            threads: 1,
            max_batch: 64,
            clock: clock.clone(),
            permit: permit.clone(),
            status: arena_sender,
        };
        let mut workers = SupervisorSpec::new(Strategy::OneForOne)
            .backoff(Backoff::none())
            .intensity(1_000, Duration::from_secs(1))
            .child(child("arena", plan.watched, move || (ArenaActor, arena_args.clone())));
        let mut slots = Vec::new();
        for slot in 0..plan.slots {
            let (status, shown) = watch::channel(SelfPlayStatus::default());
            slots.push(shown);
            let args = SelfPlayArgs {
                slot: slot as u32,
                pool: Arc::clone(&pool),
                store: store.clone(),
                publisher: publisher.clone(),
                device: device.clone(),
                selfplay: plan.selfplay.clone(),
                search: search.clone(),
                max_batch: 64,
                node: node.clone(),
                clock: clock.clone(),
                permit: permit.clone(),
                status,
            };
            workers =
                workers.child(child(&slot.to_string(), plan.watched, move || (SelfPlayActor, args.clone())));
        }
        let spec = SupervisorSpec::new(Strategy::RestForOne)
            .backoff(Backoff::none())
            .child(child("store", plan.watched, move || (StoreActor, store_args.clone())))
            .child(child("bus", plan.watched, move || (EventBus, bus_args.clone())))
            .child(child("cpu:0", plan.watched, move || (DeviceActor, device_args.clone())))
            .child(ChildSpec::supervisor("workers", workers));
        let (root, done) = Supervisor::start_root("node", spec, &tree, 1).await.unwrap();
        Self {
            tree,
            store,
            publisher,
            clock,
            blobs,
            slots,
            arena_status,
            config: plan.config,
            permit,
            root,
            done,
            _data: data,
        }
    }

    pub async fn close(self) {
        self.root.stop(None);
        self.done.await.unwrap().unwrap();
    }

    pub fn key(&self) -> ConfigKey {
        self.config.key().parse().unwrap()
    }

    pub fn slot(&self, slot: usize) -> Address<SelfPlayMsg> {
        self.tree.address(&path(&format!("workers/{slot}")))
    }

    pub fn arena(&self) -> Address<ArenaMsg> {
        self.tree.address(&path("workers/arena"))
    }

    /// Records a small random network.
    pub async fn model(&self, seed: u64) -> ModelId {
        self.record(&network(self.config, NetSize::new(1, 8), seed)).await
    }

    pub async fn record(&self, file: &ModelFile) -> ModelId {
        let id = ModelId::from(self.blobs.put(file.onnx()).unwrap());
        let row = ModelRow {
            id,
            config: self.key(),
            parent: None,
            generation: Generation(0),
            steps: TrainingSteps(0),
            created_at: UnixMillis(1),
            file_bytes: file.onnx().len() as u64,
            card_json: String::from_utf8(file.card_bytes().unwrap()).unwrap(),
        };
        let _ = self.store.append_model(row).await.unwrap();
        id
    }

    pub fn assignment(&self, model: ModelId) -> SelfPlayAssignment {
        SelfPlayAssignment {
            config: self.config,
            model,
            simulations: 8,
            exploration: 100,
            target: None,
            active: true,
        }
    }

    pub fn assign(&self, assignment: SelfPlayAssignment) {
        for slot in 0..self.slots.len() {
            let _ = self.slot(slot).cast(SelfPlayMsg::Assign(assignment)); // it may be restarting
        }
    }

    /// Returns the stored games by their seeds.
    pub async fn games(&self) -> BTreeMap<u64, (GameRow, GameRecord)> {
        let key = self.key();
        let read = move |snapshot: &rr_storage::StoreSnapshot| {
            let mut games = Vec::new();
            for entry in snapshot.games(key, 0..u64::MAX)? {
                games.push((snapshot.game(entry.id)?.unwrap(), snapshot.game_record(entry.id)?.unwrap()));
            }
            Ok(games)
        };
        let games = self.store.query("games", read).await.unwrap();
        let count = games.len();
        let decoded = games.into_iter().map(|(row, bytes)| (row, GameRecord::from_bytes(&bytes).unwrap()));
        let by_seed: BTreeMap<_, _> = decoded.map(|(row, record)| (record.seed, (row, record))).collect();
        assert_eq!(by_seed.len(), count, "no seed is played twice");
        by_seed
    }

    /// Waits until `count` games are stored, repeating the order as the config actor does.
    pub async fn until_stored(&self, count: u64, assignment: SelfPlayAssignment) {
        let key = self.key();
        let stored =
            async || self.store.query("count", move |s| s.game_totals(key)).await.map_or(0, |t| t.games.0);
        let deadline = tokio::time::Instant::now() + SOON;
        while stored().await < count {
            assert!(
                tokio::time::Instant::now() < deadline,
                "only {} games: {:?}",
                stored().await,
                self.tree.snapshot()
            );
            self.assign(assignment);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Returns all stored events.
    pub async fn events(&self) -> Vec<Event> {
        let read = |snapshot: &rr_storage::StoreSnapshot| snapshot.events(0, usize::MAX);
        let events = self.store.query("events", read).await.unwrap();
        events.iter().map(|stored| EventEnvelope::from_bytes(&stored.envelope).unwrap().event).collect()
    }
}

fn path(name: &str) -> TreePath {
    TreePath::new(&format!("node/{name}"))
}

/// Makes a network with random weights.
pub fn network(config: GameConfig, size: NetSize, seed: u64) -> ModelFile {
    let spec = NetSpec::for_board(config.board, size).unwrap();
    let parameters = ParamTable::new(&spec).init(&mut ChaCha8Rng::seed_from_u64(seed));
    ModelFile::build(&spec, parameters, GraphOptions::cpu(&spec), ModelOrigin::default()).unwrap()
}
