use std::collections::BTreeSet;

use rr_config::NetShape;
use rr_engine::board::GameConfig;
use rr_onnx::ModelFile;
use rr_proto::{BlobId, Generation, ModelId, TrainingSteps};
use rr_storage::ModelRow;

use super::*;
use crate::clock::SystemClock;
use crate::daemons::testing::DaemonHouse;
use crate::node::random_model;
use crate::supervision::{ChildSpec, Strategy, SupervisorSpec, TreePath};

struct Orphaned {
    house: DaemonHouse,
    blobs: Arc<BlobStore>,
    layout: DataLayout,
}

fn model(seed: u64) -> (ModelFile, BlobId) {
    let config: GameConfig = "hex8_2p".parse().unwrap();
    let model = random_model(config, NetShape { blocks: 1, channels: 8 }, seed).unwrap();
    let id = BlobId::of(model.onnx());
    (model, id)
}

impl Orphaned {
    async fn open() -> Self {
        let house = DaemonHouse::open().await;
        let layout = DataLayout::new(house.folder.path());
        let blobs = Arc::new(BlobStore::open(&layout).unwrap());
        let (args_layout, args_blobs) = (layout.clone(), Arc::clone(&blobs));
        let (store, publisher) = (house.store.clone(), house.publisher.clone());
        let spec =
            SupervisorSpec::new(Strategy::OneForOne).child(ChildSpec::worker("orphans", move |start| {
                let args = OrphanDetectionArgs {
                    store: store.clone(),
                    blobs: Arc::clone(&args_blobs),
                    layout: args_layout.clone(),
                    storage: StorageSection { blob_grace_seconds: 0, ..StorageSection::default() },
                    keeping: KeepingSection::default(),
                    publisher: publisher.clone(),
                    node: DaemonHouse::node(),
                    clock: Arc::new(SystemClock::new()),
                    myself: start.address(),
                    observer: start.observer(),
                };
                (OrphanDetectionActor, args)
            }));
        house.start("node", spec).await;
        Self { house, blobs, layout }
    }

    /// Has it look once and waits until it has.
    async fn look(&self, looks: u64) -> serde_json::Value {
        tokio::time::sleep(Duration::from_millis(20)).await; // what was put a moment ago is older than now
        self.house.tree.address(&TreePath::new("node/orphans")).cast(OrphanDetectionMsg::Look).unwrap();
        self.house.until_shown("node/orphans", |shown| shown["looks"] == looks).await
    }

    async fn live(&self) -> BTreeSet<BlobId> {
        self.house.store.query("live", |snapshot| snapshot.live_blobs()).await.unwrap()
    }
}

fn names(told: &[Event]) -> Vec<&'static str> {
    told.iter().map(Event::name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_without_a_row_is_recorded_again_by_its_card_and_other_files_are_told_once() {
    let orphaned = Orphaned::open().await;
    let (model, id) = model(1);
    orphaned.blobs.put(model.onnx()).unwrap();
    let stray = orphaned.blobs.put(b"no model").unwrap();
    std::fs::create_dir_all(orphaned.layout.models()).unwrap();
    model.save(&orphaned.layout.models().join("champion_hex8_2p.onnx")).unwrap();

    let shown = orphaned.look(1).await;
    assert_eq!((&shown["registered"], &shown["orphans"]), (&1.into(), &1.into()));
    assert_eq!(orphaned.live().await, BTreeSet::from([id]));
    let told = orphaned.house.told().await;
    assert_eq!(names(&told), ["ORPHAN_GAMES_DETECTED", "ORPHAN_GAMES_REGISTERED"]);
    assert!(matches!(&told[0], Event::OrphanGamesDetected(e)
        if (e.count, e.bytes) == (1, 8) && e.examples[0].contains(&stray.to_string())));
    orphaned.look(2).await;
    assert_eq!(orphaned.house.told().await.len(), 2, "it is known");
    assert!(orphaned.blobs.contains(stray), "deleting is for the clean-up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_file_is_put_back_from_its_copy_and_one_without_is_told_of() {
    let orphaned = Orphaned::open().await;
    let (model, id) = model(2);
    let row = |id: BlobId| ModelRow {
        id: ModelId::from(id),
        config: "hex8_2p".parse().unwrap(),
        parent: None,
        generation: Generation(0),
        steps: TrainingSteps(0),
        created_at: UnixMillis(1),
        file_bytes: 1,
        card_json: "{}".into(),
    };
    let lost = BlobId::of(b"lost");
    for id in [id, lost] {
        let _ = orphaned.house.store.append_model(row(id)).await.unwrap();
    }
    std::fs::create_dir_all(orphaned.layout.models()).unwrap();
    std::fs::write(orphaned.layout.models().join("champion_hex8_2p.onnx"), model.onnx()).unwrap();
    let shown = orphaned.look(1).await;
    assert_eq!((&shown["registered"], &shown["orphans"]), (&1.into(), &1.into()));
    assert_eq!(orphaned.blobs.get(id).unwrap(), model.onnx());
    let told = orphaned.house.told().await;
    assert!(matches!(&told[0], Event::OrphanGamesDetected(e) if e.examples[0].contains(&lost.to_string())));
}
