use rr_config::NetShape;
use rr_engine::board::GameConfig;
use rr_onnx::ModelFile;
use rr_proto::{BlobId, Event, PromotionRolledBack, TrainingSteps, UnixMillis};
use rr_storage::{BlobStore, DataLayout};

use super::*;
use crate::clock::SystemClock;
use crate::daemons::testing::DaemonHouse;
use crate::node::random_model;
use crate::supervision::{ChildSpec, Strategy, SupervisorSpec, TreePath};

struct Distributed {
    house: DaemonHouse,
    registry: ModelRegistry,
    rows: Vec<ModelRow>,
}

fn key() -> ConfigKey {
    "hex8_2p".parse().unwrap()
}

impl Distributed {
    /// Two recorded models; the first one is champion.
    async fn open() -> Self {
        let house = DaemonHouse::open().await;
        let layout = DataLayout::new(house.folder.path());
        let registry = ModelRegistry { blobs: Arc::new(BlobStore::open(&layout).unwrap()), layout };
        let mut rows = Vec::new();
        for seed in 0..2u32 {
            let config: GameConfig = "hex8_2p".parse().unwrap();
            let model = random_model(config, NetShape { blocks: 1, channels: 8 }, seed.into()).unwrap();
            let row = ModelRow {
                id: ModelId::from(registry.blobs.put(model.onnx()).unwrap()),
                config: key(),
                parent: None,
                generation: Generation(seed),
                steps: TrainingSteps(0),
                created_at: UnixMillis(1),
                file_bytes: model.onnx().len() as u64,
                card_json: String::from_utf8(model.card_bytes().unwrap()).unwrap(),
            };
            let _ = house.store.append_model(row.clone()).await.unwrap();
            rows.push(row);
        }
        let distributed = Self { house, registry, rows };
        distributed.crown(0, None, 0).await;
        distributed
    }

    async fn crown(&self, model: usize, before: Option<usize>, generation: u32) {
        let row = |index: usize| self.rows[index].id;
        let next = ChampionRow {
            model: row(model),
            previous: before.map(row),
            generation: Generation(generation),
            evaluation: None,
            since: UnixMillis(1),
        };
        let _ = self.house.store.swap_champion(key(), before.map(row), next).await.unwrap();
    }

    async fn start(&self, root: &str) {
        let (house, registry) = (&self.house, self.registry.clone());
        let (store, bus, publisher) = (house.store.clone(), house.bus(), house.publisher.clone());
        let spec =
            SupervisorSpec::new(Strategy::OneForOne).child(ChildSpec::worker("models", move |start| {
                let args = ModelDistributionArgs {
                    store: store.clone(),
                    registry: registry.clone(),
                    device: None,
                    publisher: publisher.clone(),
                    bus: bus.clone(),
                    node: DaemonHouse::node(),
                    clock: Arc::new(SystemClock::new()),
                    myself: start.address(),
                    observer: start.observer(),
                };
                (ModelDistributionActor, args)
            }));
        house.start(root, spec).await;
    }

    async fn until_complete(&self, times: usize) -> Vec<(ModelId, Generation)> {
        let complete = |told: &[Event]| -> Vec<(ModelId, Generation)> {
            let one = |event: &Event| match event {
                Event::ModelDistributionComplete(e) => Some((e.model, e.generation)),
                _ => None,
            };
            told.iter().filter_map(one).collect()
        };
        let told = self.house.until_told(|told| complete(told).len() >= times).await;
        complete(&told)
    }

    /// Rolls back, as promotion does: pointer first, then the event.
    async fn roll_back_told(&self, from: usize, to: usize, generation: u32) {
        let event = PromotionRolledBack {
            config: key(),
            from: self.rows[from].id,
            to: self.rows[to].id,
            generation: Generation(generation),
            level: None,
            reason: "a test".into(),
        };
        self.house.publisher.publish(event.into(), None).await.unwrap();
    }

    fn published(&self) -> ModelId {
        let file = ModelFile::load(&self.registry.path(key())).unwrap();
        ModelId::from(BlobId::of(file.onnx()))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_champion_lies_under_its_lasting_name_and_follows_every_change() {
    let distributed = Distributed::open().await;
    let ids: Vec<ModelId> = distributed.rows.iter().map(|row| row.id).collect();
    distributed.start("node").await;
    assert_eq!(distributed.until_complete(1).await, [(ids[0], Generation(0))]);
    assert_eq!(distributed.published(), ids[0]);
    distributed.crown(1, Some(0), 1).await;
    distributed.roll_back_told(0, 1, 1).await;
    assert_eq!(distributed.until_complete(2).await[1], (ids[1], Generation(1)));
    assert_eq!(distributed.published(), ids[1]);
    // It returns under a new number: the same file, and news.
    distributed.crown(0, Some(1), 2).await;
    distributed.roll_back_told(1, 0, 2).await;
    assert_eq!(distributed.until_complete(3).await[2], (ids[0], Generation(2)));
    // A restart tells nothing again.
    distributed.start("again").await;
    distributed.house.until_shown("again/models", |shown| shown["status"] == "healthy").await;
    assert_eq!(distributed.until_complete(3).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_and_files_that_are_lost_come_back_from_each_other() {
    let distributed = Distributed::open().await;
    distributed.start("node").await;
    distributed.until_complete(1).await;
    let look = || {
        let models = distributed.house.tree.address(&TreePath::new("node/models"));
        models.cast(ModelDistributionMsg::Look).unwrap();
    };
    std::fs::remove_file(distributed.registry.path(key())).unwrap();
    look();
    distributed.house.until_shown("node/models", |shown| shown["published"] == 2).await;
    let id = distributed.published();
    assert_eq!(id, distributed.rows[0].id);

    // The file goes, and the card of the copy with it: the copy is published anew from itself.
    std::fs::remove_file(distributed.registry.blobs.path(id.into())).unwrap();
    std::fs::remove_file(distributed.registry.path(key()).with_extension("json")).unwrap();
    look();
    distributed.house.until_shown("node/models", |shown| shown["published"] == 3).await;
    assert!(distributed.registry.blobs.get(id.into()).is_ok());

    // With both gone it says what is wrong, and keeps trying.
    std::fs::remove_file(distributed.registry.blobs.path(id.into())).unwrap();
    std::fs::remove_file(distributed.registry.path(key())).unwrap();
    look();
    let shown = distributed.house.until_shown("node/models", |shown| shown["errors_count"] == 1).await;
    assert!(shown["last_error"].as_str().unwrap().contains(&id.to_string()), "{shown}");
}
