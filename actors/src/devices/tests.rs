use std::sync::Arc;
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_engine::board::BoardKind;
use rr_engine::encode::{CELL_FEATURES, GLOBAL_FEATURES};
use rr_engine::player::{BatchEvaluator, RowShape};
use rr_engine::selfplay::EvalBatch;
use rr_onnx::{
    GraphOptions, InferenceSession, ModelFile, ModelOrigin, NetSize, NetSpec, ParamTable, Provider, Runtime,
    SessionEvaluator, SessionOptions,
};
use rr_proto::{BlobId, Generation, ModelId, NodeId, TrainingSteps, UnixMillis};
use rr_storage::{BlobStore, DataDir, LockHolder, ModelRow, StoreOptions};
use tempfile::TempDir;

use super::{DeviceActor, DeviceArgs, DeviceClient, DeviceMsg, InferAnswers};
use crate::clock::SystemClock;
use crate::error::DeviceFailure;
use crate::store::{StoreAccess, StoreActor, StoreArgs};
use crate::supervision::{
    ActorTree, Address, Backoff, ChildSpec, Strategy, Supervisor, SupervisorMsg, SupervisorSpec, TreePath,
};

const SOON: Duration = Duration::from_secs(30);

struct House {
    _folder: TempDir,
    tree: ActorTree,
    root: ractor::ActorRef<SupervisorMsg>,
    store: StoreAccess,
    blobs: BlobStore,
    device: DeviceClient,
    runtime: Runtime,
}

async fn house(change: impl FnOnce(&mut DeviceArgs)) -> House {
    let folder = tempfile::tempdir().unwrap();
    let holder = LockHolder::this_process(NodeId::new("test").unwrap());
    let data = DataDir::open(folder.path(), &holder).unwrap();
    let blobs = BlobStore::open(data.layout()).unwrap();
    let runtime = Runtime::load().unwrap();
    let clock = Arc::new(SystemClock::new());
    let options = SessionOptions::cpu(1);
    let mut args = DeviceArgs::new("cpu:0", runtime.clone(), options, blobs.clone(), clock.clone());
    change(&mut args);
    let store_options = StoreOptions { cache_bytes: 1 << 20, check_on_open: false, dedup_window: 100 };
    let store_args = StoreArgs::new(data.layout().database(), store_options);
    let tree = ActorTree::new(clock);
    let devices = SupervisorSpec::new(Strategy::OneForOne)
        .backoff(Backoff::none())
        .child(ChildSpec::worker("cpu:0", move |_| (DeviceActor, args.clone())));
    let spec = SupervisorSpec::new(Strategy::RestForOne)
        .child(ChildSpec::worker("store", move |_| (StoreActor, store_args.clone())))
        .child(ChildSpec::supervisor("devices", devices));
    let (root, _done) = Supervisor::start_root("node", spec, &tree, 1).await.unwrap();
    let store = StoreAccess::new(tree.address(&TreePath::new("node/store")), 64);
    let device = DeviceClient::new(tree.address(&path()), store.clone());
    House { _folder: folder, tree, root, store, blobs, device, runtime }
}

fn path() -> TreePath {
    TreePath::new("node/devices/cpu:0")
}

fn build(seed: u64, channels: usize) -> ModelFile {
    let spec = NetSpec::for_board(BoardKind::Hex8, NetSize::new(2, channels)).unwrap();
    let parameters = ParamTable::new(&spec).init(&mut ChaCha8Rng::seed_from_u64(seed));
    ModelFile::build(&spec, parameters, GraphOptions::cpu(&spec), ModelOrigin::default()).unwrap()
}

fn row(file: &ModelFile) -> ModelRow {
    ModelRow {
        id: ModelId::of(file.onnx()),
        config: "hex8_2p".parse().unwrap(),
        parent: None,
        generation: Generation(0),
        steps: TrainingSteps(0),
        created_at: UnixMillis(1),
        file_bytes: file.onnx().len() as u64,
        card_json: String::from_utf8(file.card_bytes().unwrap()).unwrap(),
    }
}

fn batch(rows: usize, seed: u64) -> Arc<EvalBatch> {
    let cells = BoardKind::Hex8.geometry().cells();
    let shape = RowShape { cells: cells * CELL_FEATURES, globals: GLOBAL_FEATURES, policy: 1777 };
    let mut batch = EvalBatch::new(shape, rows);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    while let Some((cells, globals)) = batch.push_row() {
        cells.iter_mut().chain(globals).for_each(|value| *value = f32::from(u8::from(rng.random_bool(0.3))));
    }
    Arc::new(batch)
}

impl House {
    async fn model(&self, seed: u64) -> ModelId {
        let file = build(seed, 8);
        assert_eq!(self.blobs.put(file.onnx()).unwrap(), BlobId::from(row(&file).id));
        let row = row(&file);
        let id = row.id;
        let _ = self.store.append_model(row).await.unwrap();
        id
    }

    fn bare(&self, seed: u64) -> SessionEvaluator {
        let file = build(seed, 8);
        let options = SessionOptions::cpu(1);
        SessionEvaluator::new(
            InferenceSession::new(&self.runtime, file.spec(), file.onnx(), &options).unwrap(),
        )
    }

    fn raw(&self) -> Address<DeviceMsg> {
        self.tree.address(&path())
    }
}

fn run(session: &mut SessionEvaluator, batch: &EvalBatch) -> InferAnswers {
    let mut answers = InferAnswers::default();
    let (policy, value) = (&mut answers.policy, &mut answers.value);
    session.evaluate(batch.rows(), batch.cells(), batch.globals(), policy, value).unwrap();
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_those_of_the_bare_session_and_the_batch_comes_back() {
    let house = house(|_| {}).await;
    let model = house.model(1).await;
    let mut bare = house.bare(1);
    let mut answers = InferAnswers::default();
    for seed in 0..5 {
        let mut batch = batch(16, seed);
        answers = house.device.infer(model, &batch, answers).await.unwrap();
        assert_eq!(answers, run(&mut bare, &batch));
        assert!(Arc::get_mut(&mut batch).is_some(), "nobody else holds the batch");
    }
    while house.device.report().await.unwrap().batches < 5 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let report = house.device.report().await.unwrap();
    assert_eq!((report.batches, report.evals, report.failures), (5, 80, 0));
    assert!(report.evals_per_second > 0.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_models_are_named() {
    let house = house(|_| {}).await;
    let batch = batch(2, 1);
    let nobody = ModelId::of(b"nobody");
    let submitted = house.device.submit(nobody, &batch, InferAnswers::default()).unwrap().wait().await;
    assert!(matches!(submitted, Err(DeviceFailure::NotLoaded { model }) if model == nobody), "{submitted:?}");
    let loaded = house.device.infer(nobody, &batch, InferAnswers::default()).await;
    assert!(matches!(loaded, Err(DeviceFailure::UnknownModel { .. })), "{loaded:?}");

    let lost = row(&build(2, 8));
    let _ = house.store.append_model(lost.clone()).await.unwrap();
    let error = house.device.load(lost.id).await.unwrap_err().to_string();
    assert!(error.contains("is not stored"), "{error}");

    let mut other = row(&build(3, 8));
    let _ = house.blobs.put(build(3, 8).onnx()).unwrap();
    other.card_json = lost.card_json;
    let _ = house.store.append_model(other.clone()).await.unwrap();
    let error = house.device.load(other.id).await.unwrap_err().to_string();
    assert!(error.contains("SHA-256"), "{error}");
    assert_eq!(house.tree.node(&path()).unwrap().restarts, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_batch_costs_an_error_and_not_the_device() {
    let house = house(|_| {}).await;
    let model = house.model(1).await;
    house.device.load(model).await.unwrap();
    let wrong = Arc::new({
        let mut batch = EvalBatch::new(RowShape { cells: 5, globals: GLOBAL_FEATURES, policy: 1777 }, 2);
        batch.push_row().unwrap();
        batch
    });
    let failed = house.device.submit(model, &wrong, InferAnswers::default()).unwrap().wait().await;
    assert!(matches!(&failed, Err(DeviceFailure::Run { .. })), "{failed:?}");
    let good = batch(4, 1);
    let answers = house.device.infer(model, &good, InferAnswers::default()).await.unwrap();
    assert_eq!(answers, run(&mut house.bare(1), &good));
    while house.device.report().await.unwrap().failures < 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(house.tree.node(&path()).unwrap().restarts, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_batches_are_in_hand_and_a_full_queue_refuses() {
    let house = house(|args| args.queue = 3).await;
    let model = house.model(1).await;
    house.device.load(model).await.unwrap();
    let batches: Vec<_> = (0..12).map(|seed| batch(128, seed)).collect();
    let submit = |batch| house.device.submit(model, batch, InferAnswers::default()).unwrap();
    let pending: Vec<_> = batches.iter().map(submit).collect();
    let report = house.device.report().await.unwrap();
    assert_eq!((report.in_flight, report.waiting), (2, 3), "{report:?}");
    let mut outcomes = Vec::new();
    for pending in pending {
        outcomes.push(pending.wait().await);
    }
    let refused = outcomes.iter().filter(|o| matches!(o, Err(DeviceFailure::Busy { .. }))).count();
    let answered = outcomes.iter().filter(|o| o.is_ok()).count();
    assert!(refused >= 1 && refused + answered == 12, "{refused} {answered}");
    assert!(outcomes[..5].iter().all(Result::is_ok));
    assert!(batches.into_iter().all(|batch| Arc::try_unwrap(batch).is_ok()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_keep_two_batches_each_under_way() {
    let house = house(|args| args.lanes = 2).await;
    let model = house.model(1).await;
    house.device.load(model).await.unwrap();
    let threads: Vec<_> = (0..2)
        .map(|thread| {
            let (device, mut bare) = (house.device.clone(), house.bare(1));
            std::thread::spawn(move || {
                for round in 0..10 {
                    let two = [batch(8, round * 4 + thread), batch(8, round * 4 + thread + 2)];
                    let pending =
                        two.each_ref().map(|b| device.submit(model, b, InferAnswers::default()).unwrap());
                    for (batch, pending) in two.iter().zip(pending) {
                        assert_eq!(pending.wait_blocking().unwrap(), run(&mut bare, batch));
                    }
                }
            })
        })
        .collect();
    tokio::task::spawn_blocking(|| threads.into_iter().for_each(|thread| thread.join().unwrap()))
        .await
        .unwrap();
    // the last answers may be there before their count
    while house.device.report().await.unwrap().batches < 40 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn models_make_room_for_one_another() {
    let house = house(|args| args.max_models = 2).await;
    let models = [house.model(1).await, house.model(2).await, house.model(3).await];
    let batch = batch(4, 1);
    for _ in 0..3 {
        for (model, seed) in models.iter().zip(1..) {
            let answers = house.device.infer(*model, &batch, InferAnswers::default()).await.unwrap();
            assert_eq!(answers, run(&mut house.bare(seed), &batch));
        }
    }
    assert_eq!(house.device.report().await.unwrap().models.len(), 2);
    house.raw().cast(DeviceMsg::Unload(models[2])).unwrap();
    assert_eq!(house.device.report().await.unwrap().models.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_asked_for_by_many_is_opened_once() {
    let house = house(|_| {}).await;
    let model = house.model(1).await;
    let (a, b, c) =
        tokio::join!(house.device.load(model), house.device.load(model), house.device.load(model));
    assert_eq!([a.unwrap().used, b.unwrap().used, c.unwrap().used], [Provider::Cpu; 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_dies_loses_no_batch_of_its_askers() {
    let house = house(|_| {}).await;
    let model = house.model(1).await;
    house.device.load(model).await.unwrap();
    let batches: Vec<_> = (0..8).map(|seed| batch(128, seed)).collect();
    let submit = |batch| house.device.submit(model, batch, InferAnswers::default()).unwrap();
    let pending: Vec<_> = batches.iter().map(submit).collect();
    house.tree.cell(&path()).unwrap().kill();
    let mut lost = 0;
    for (batch, pending) in batches.iter().zip(pending) {
        if pending.wait().await.is_err() {
            lost += 1;
            house.raw().wait_up(SOON).await.unwrap();
            house.device.infer(model, batch, InferAnswers::default()).await.unwrap();
        }
    }
    assert!(lost > 0);
    assert_eq!(house.tree.node(&path()).unwrap().restarts, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_device_refuses_and_goes_on() {
    let house = house(|_| {}).await;
    let model = house.model(1).await;
    house.device.load(model).await.unwrap();
    house.raw().cast(DeviceMsg::Pause(true)).unwrap();
    let refused = house.device.infer(model, &batch(2, 1), InferAnswers::default()).await;
    assert!(matches!(refused, Err(DeviceFailure::Paused { .. })), "{refused:?}");
    house.raw().cast(DeviceMsg::Pause(false)).unwrap();
    house.device.infer(model, &batch(2, 1), InferAnswers::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn skipped_providers_are_reported() {
    let house = house(|args| args.options.providers = vec![Provider::Cuda, Provider::Cpu]).await;
    let model = house.model(1).await;
    house.device.load(model).await.unwrap();
    let report = house.device.report().await.unwrap();
    let provider = &report.models[0].provider;
    if provider.used == Provider::Cpu {
        assert_eq!(provider.skipped[0].provider, Provider::Cuda);
        assert!(!provider.skipped[0].reason.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_answers_everybody() {
    let house = house(|_| {}).await;
    let model = house.model(1).await;
    house.device.load(model).await.unwrap();
    let batches: Vec<_> = (0..8).map(|seed| batch(64, seed)).collect();
    let submit = |batch| house.device.submit(model, batch, InferAnswers::default()).unwrap();
    let pending: Vec<_> = batches.iter().map(submit).collect();
    house.root.stop(None);
    for pending in pending {
        let outcome = tokio::time::timeout(SOON, pending.wait()).await.unwrap();
        assert!(matches!(outcome, Ok(_) | Err(DeviceFailure::Stopping | DeviceFailure::Lost)), "{outcome:?}");
    }
}

/// Prints the share of the bare session's speed that is left behind the actor; run it alone with `--ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_way_through_the_actor_costs_little() {
    let house = house(|_| {}).await;
    let model = house.model(1).await;
    house.device.load(model).await.unwrap();
    let mut bare = house.bare(1);
    let device = house.device.clone();
    let measure = move || {
        for rows in [16, 64, 256] {
            let two = [batch(rows, 1), batch(rows, 2)];
            let rounds = 8_192 / rows;
            for _ in 0..3 {
                let mut answers = InferAnswers::default();
                let started = std::time::Instant::now();
                for round in 0..rounds {
                    let (batch, answers) = (&two[round % 2], &mut answers);
                    let (policy, value) = (&mut answers.policy, &mut answers.value);
                    bare.evaluate(rows, batch.cells(), batch.globals(), policy, value).unwrap();
                }
                let alone = started.elapsed();
                let started = std::time::Instant::now();
                let mut pending = device.submit(model, &two[1], InferAnswers::default()).unwrap();
                for round in 0..rounds {
                    let next = device.submit(model, &two[round % 2], answers).unwrap();
                    answers = pending.wait_blocking().unwrap();
                    pending = next;
                }
                let _ = pending.wait_blocking().unwrap();
                let through = started.elapsed().mul_f64(rounds as f64 / (rounds + 1) as f64);
                let share = alone.as_secs_f64() / through.as_secs_f64();
                println!("batch {rows}: bare {alone:?}, through the actor {through:?}, share {share:.3}");
            }
        }
    };
    tokio::task::spawn_blocking(measure).await.unwrap();
}
