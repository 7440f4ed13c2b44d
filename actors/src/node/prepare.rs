//! What a node is started with, and everything that is found out before the first actor runs.

use std::path::PathBuf;
use std::sync::Arc;

use rr_cluster::{LoopParams, ScheduleWeights};
use rr_config::{NetShape, OriginRow, Settings, TrainingPrecision};
use rr_engine::board::{BoardKind, GameConfig};
use rr_onnx::{ModelFile, Provider, Runtime};
use rr_proto::{ConfigKey, Games, NodeId, UnixMillis};
use rr_storage::{BlobStore, DataDir, LockHolder, Store, StoreOptions};
use tokio::sync::watch;

use super::context::NodeContext;
use super::device_plan::{DevicePlan, load_runtime};
use super::first_model::{champion_or_first, champion_or_random};
use super::paths::NodePaths;
use super::port_binding::{bind_grpc, bind_pages};
use super::registry::{Branch, DaemonRow, roster};
use super::shutdown_switch::ShutdownSwitch;
use super::status_board::StatusBoard;
use crate::bus::EventPublisher;
use crate::clock::{Clock, SystemClock};
use crate::display::DisplayStyle;
use crate::error::NodeFailure;
use crate::http::PageCounts;
use crate::leader::config::loop_params;
use crate::log_control::LogControl;
use crate::metrics::MetricsBoard;
use crate::permit::WorkPermit;
use crate::security::SurfaceSecurity;
use crate::store::StoreAccess;
use crate::supervision::{ActorTree, CascadePolicy};
use crate::workers::selfplay::{SelfPlayPool, eval_cache};

/// Writes that all holders of the store have under way together.
const WRITES_IN_FLIGHT: usize = 256;

/// Says what a node is to run.
#[derive(Debug, Clone)]
pub struct NodePlan {
    /// The configuration.
    pub settings: Settings,
    /// The same, key by key, with where each value came from, for operators.
    pub setting_rows: Vec<OriginRow>,
    /// The data folder.
    pub data_dir: PathBuf,
    /// This program's own file, which the trainer starts again.
    pub program: PathBuf,
    /// How the node shows itself.
    pub display: DisplayStyle,
    /// How much is logged.
    pub log: LogControl,
    /// Games of a single pass; none where the loop goes on until it is stopped.
    pub pass_games: Option<u64>,
}

/// Opens folder, database, runtime and address, and makes the first champion where there is none.
///
/// Blocks on the disk.
pub(super) fn prepare(plan: &NodePlan) -> Result<(DataDir, NodeContext), NodeFailure> {
    let settings = &plan.settings;
    let role = settings.node.effective_role();
    let needs = |branch| DaemonRow::of_role(role).any(|row| row.branch == branch);
    let (config, key) = config_of(settings)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let node = node_id(settings)?;
    let data_dir = DataDir::open(&plan.data_dir, &LockHolder::this_process(node.clone()))?;
    let layout = data_dir.layout().clone();
    // Before the database: a missing library is the commonest of all mistakes, and nothing has been changed yet.
    let security = SurfaceSecurity::open(settings, layout.root(), clock.clone())?;
    let runtime = needs(Branch::Devices).then(|| load_runtime(settings)).transpose()?;
    let blobs = BlobStore::open(&layout)?;
    let options = StoreOptions::from(&settings.storage);
    let now = UnixMillis(clock.unix_ms());
    let leads = needs(Branch::Leader);
    let (model, games) = {
        let store = Store::open(&layout.database(), options)?;
        let (first, which) = (first_net(settings, now)?, (config, key));
        let champion = if leads { champion_or_first } else { champion_or_random };
        (champion(&store, &blobs, which, first)?, store.read()?.game_totals(key)?.games)
    };
    // It was verified a moment ago; the actor need not read the whole file again.
    let store_options = StoreOptions { check_on_open: false, ..options };
    let params = params_of(plan, key, games)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let device_plan = runtime.map(|runtime| device_plan(&runtime, settings, &model, cores)).transpose()?;
    let plays = device_plan.is_some();
    let led = if leads { &[key][..] } else { &[] };
    require_precision(settings, device_plan.as_ref())?;
    let tree = ActorTree::with_cascade(clock.clone(), CascadePolicy::from(&settings.supervision));
    let store = StoreAccess::new(tree.address(&NodePaths::store()), WRITES_IN_FLIGHT);
    let bus = tree.address(&NodePaths::event_bus());
    let publisher = EventPublisher::new(bus, store.clone(), node.clone(), clock.clone());
    let context = NodeContext {
        settings: Arc::new(settings.clone()),
        setting_rows: Arc::new(plan.setting_rows.clone()),
        roster: Arc::new(roster(role, device_plan.as_ref().map(|plan| plan.name.as_str()))),
        node,
        started_ms: now.0,
        config,
        key,
        params,
        pause_while_busy: plan.pass_games.is_some() || settings.selfplay.while_training.pauses(cores),
        layout,
        store_options,
        blobs: Arc::new(blobs),
        device_plan,
        pool: SelfPlayPool::new(settings.selfplay.seed, eval_cache(&settings.search)),
        board: StatusBoard::new(led, if plays { slots(settings, cores) } else { 0 }),
        permit: WorkPermit::new(clock.clone()),
        listener: bind_grpc(&settings.server)?,
        pages: bind_pages(&settings.server)?,
        metrics: MetricsBoard::default(),
        page_counts: <[Arc<PageCounts>; 2]>::default(),
        mutations: security.audit(),
        security,
        shutdown: ShutdownSwitch::new(),
        program: plan.program.clone(),
        display: plan.display.clone(),
        log: plan.log.clone(),
        clock,
        tree,
        store,
        weights: watch::channel(ScheduleWeights::from(&settings.scheduler)).0,
        publisher,
    };
    Ok((data_dir, context))
}

/// Returns size and seed of a random start.
fn first_net(settings: &Settings, now: UnixMillis) -> Result<(NetShape, u64, UnixMillis), NodeFailure> {
    let shape = settings.net.shape().ok_or_else(|| {
        NodeFailure::Settings("net.preset names no preset; choose demo, small or large".to_owned())
    })?;
    Ok((shape, settings.training.seed, now))
}

/// Returns the number of self-play slots.
fn slots(settings: &Settings, cores: usize) -> usize {
    match (settings.selfplay.enabled, settings.selfplay.threads) {
        (false, _) => 0,
        (true, 0) => cores,
        (true, threads) => threads as usize,
    }
}

/// Refuses a number format in which no run on this node could compute, before a run fails of it.
fn require_precision(settings: &Settings, device: Option<&DevicePlan>) -> Result<(), NodeFailure> {
    let needs_gpu = settings.training.enabled && settings.training.precision == TrainingPrecision::F16;
    if needs_gpu && device.is_some_and(|device| device.choice.used == Provider::Cpu) {
        return Err(NodeFailure::Settings(
            "training.precision = \"f16\" needs a GPU, and this node computes on the CPU; set training.precision = \"f32\""
                .to_owned(),
        ));
    }
    Ok(())
}

fn config_of(settings: &Settings) -> Result<(GameConfig, ConfigKey), NodeFailure> {
    let bad = |error: &dyn std::fmt::Display| NodeFailure::Settings(error.to_string());
    let board: BoardKind = settings.pass.board.parse().map_err(|error| bad(&error))?;
    let config = GameConfig::new(board, settings.pass.players).map_err(|error| bad(&error))?;
    let key = ConfigKey::new(board.name(), config.players).map_err(|error| bad(&error))?;
    Ok((config, key))
}

/// Returns what the machine calls itself; empty where it does not say.
pub fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default()
}

fn node_id(settings: &Settings) -> Result<NodeId, NodeFailure> {
    NodeId::new(settings.node.resolved_id(&host_name()))
        .map_err(|error| NodeFailure::Settings(error.to_string()))
}

/// Returns the numbers of the loop; a single pass trains once its games are there.
fn params_of(plan: &NodePlan, key: ConfigKey, games: Games) -> Result<LoopParams, NodeFailure> {
    let settings = &plan.settings;
    let mut params = loop_params(key, &settings.training, &settings.evaluation, &settings.promotion)?;
    if let Some(more) = plan.pass_games {
        params.min_games = Games(games.0.saturating_add(more));
        // Every game holds a sample: enough for the one run, and not at once for another.
        params.new_samples = rr_proto::Samples(more);
        params.min_steps = rr_proto::TrainingSteps(1);
        params.check()?;
    }
    Ok(params)
}

fn device_plan(
    runtime: &Runtime,
    settings: &Settings,
    champion: &ModelFile,
    cores: usize,
) -> Result<DevicePlan, NodeFailure> {
    let plan = DevicePlan::probe(runtime, &settings.devices, champion, cores)?;
    tracing::info!(device = plan.name, provider = %plan.choice.used, lanes = plan.lanes, "device");
    Ok(plan)
}
