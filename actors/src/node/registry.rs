//! The registry: one row for everything that a node runs, in starting order.

use std::time::Duration;

use rr_config::NodeRole;

use super::context::NodeContext;
use super::paths::NodePaths;
use crate::bus::{BusArgs, BusSettings, EventBus};
use crate::devices::{DeviceActor, DeviceArgs};
use crate::display::{DisplayActor, DisplayArgs};
use crate::leader::config::{ConfigActor, ConfigArgs, regression_policy};
use crate::leader::{
    PromotionActor, PromotionArgs, RatingsActor, RatingsArgs, SchedulerActor, SchedulerArgs,
};
use crate::rpc::{AdminActor, AdminArgs};
use crate::store::{StoreActor, StoreArgs};
use crate::supervision::{ChildSpec, Restart, Shutdown, Strategy, SupervisorSpec};
use crate::workers::arena::{ArenaActor, ArenaArgs};
use crate::workers::selfplay::{SelfPlayActor, SelfPlayArgs};
use crate::workers::trainer::{TrainerActor, TrainerArgs};

/// Names the branch of the tree that a row hangs on; branches start in this order, each after those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Branch {
    /// The root itself, before the branches below.
    Foundation,
    /// `devices`: the accelerators.
    Devices,
    /// `workers`: what works for the loop.
    Workers,
    /// `leader`: what decides.
    Leader,
    /// The root itself, after all branches.
    Surface,
}

/// Describes one kind of daemon.
pub struct DaemonRow {
    /// The name below its branch.
    pub name: &'static str,
    /// Where it hangs.
    pub branch: Branch,
    /// The roles that call for it.
    pub roles: &'static [NodeRole],
    /// When it is started again.
    pub restart: Restart,
    /// How long it may take to stop.
    pub stop_seconds: u64,
    /// Whether the node is of no use without it.
    pub critical: bool,
    start: fn(&NodeContext) -> ChildSpec,
}

impl DaemonRow {
    /// Describes the child that the row stands for.
    pub fn child(&self, context: &NodeContext) -> ChildSpec {
        let child = (self.start)(context).restart(self.restart);
        match self.stop_seconds {
            0 => child, // a supervisor takes as long as its children
            seconds => child.shutdown(Shutdown::Within(Duration::from_secs(seconds))),
        }
    }
}

const ALL: &[NodeRole] = &[NodeRole::All];

/// Writes a row: name, branch, seconds to stop (0 for supervisors), whether critical, start.
const fn row(
    name: &'static str,
    branch: Branch,
    stop_seconds: u64,
    critical: bool,
    start: fn(&NodeContext) -> ChildSpec,
) -> DaemonRow {
    DaemonRow { name, branch, roles: ALL, restart: Restart::Permanent, stop_seconds, critical, start }
}

/// Everything that a node runs, in starting order.
pub const REGISTRY: [DaemonRow; 12] = [
    row("store", Branch::Foundation, 15, true, store),
    row("event-bus", Branch::Foundation, 5, true, event_bus),
    row("device", Branch::Devices, 5, true, device),
    row("self-play", Branch::Workers, 0, true, self_play),
    row("arena", Branch::Workers, 10, true, arena),
    row("trainer", Branch::Workers, 20, true, trainer),
    row("promotion", Branch::Leader, 5, true, promotion),
    row("scheduler", Branch::Leader, 5, false, scheduler),
    row("ratings", Branch::Leader, 5, false, ratings),
    row("config", Branch::Leader, 0, true, config),
    row("admin", Branch::Surface, 3, false, admin),
    row("display", Branch::Surface, 2, false, display),
];

fn store(context: &NodeContext) -> ChildSpec {
    let args = StoreArgs::new(context.layout.database(), context.store_options);
    ChildSpec::worker("store", move |_| (StoreActor, args.clone())).start_within(Duration::from_secs(600))
}

fn event_bus(context: &NodeContext) -> ChildSpec {
    let settings = BusSettings {
        history: context.settings.storage.event_history,
        ..BusSettings::from(&context.settings.events)
    };
    let (store, clock) = (context.store.clone(), context.clock.clone());
    ChildSpec::worker("event-bus", move |start| {
        let args = BusArgs { store: store.clone(), clock: clock.clone(), settings, seed: start.seed };
        (EventBus, args)
    })
}

fn device(context: &NodeContext) -> ChildSpec {
    let plan = &context.device_plan;
    let (runtime, blobs) = (context.runtime.clone(), (*context.blobs).clone());
    let args = DeviceArgs {
        in_flight: context.settings.devices.in_flight as usize,
        lanes: plan.lanes,
        ..DeviceArgs::new(&plan.name, runtime, plan.options.clone(), blobs, context.clock.clone())
    };
    ChildSpec::worker(&plan.name, move |_| (DeviceActor, args.clone()))
}

fn self_play(context: &NodeContext) -> ChildSpec {
    let slots = 0..context.slots();
    let spec = slots.fold(group(context), |spec, slot| {
        let args = SelfPlayArgs {
            slot: u32::try_from(slot).unwrap_or(u32::MAX),
            pool: context.pool.clone(),
            store: context.store.clone(),
            publisher: context.publisher.clone(),
            device: context.device(),
            selfplay: context.settings.selfplay.clone(),
            search: context.settings.search.clone(),
            max_batch: context.settings.devices.max_batch as usize,
            node: context.node.clone(),
            clock: context.clock.clone(),
            status: context.board.self_play[slot].clone(),
        };
        let child = ChildSpec::worker(&slot.to_string(), move |_| (SelfPlayActor, args.clone()));
        spec.child(child.shutdown(Shutdown::Within(Duration::from_secs(9))))
    });
    ChildSpec::supervisor("self-play", spec)
}

fn arena(context: &NodeContext) -> ChildSpec {
    let settings = &context.settings;
    let args = ArenaArgs {
        store: context.store.clone(),
        publisher: context.publisher.clone(),
        device: context.device(),
        cache: context.pool.cache(),
        evaluation: settings.evaluation.clone(),
        search: settings.search.clone(),
        simulations: settings.selfplay.simulations,
        threads: context.device_plan.lanes.max(1),
        max_batch: settings.devices.max_batch as usize,
        clock: context.clock.clone(),
        status: context.board.arena.clone(),
    };
    ChildSpec::worker("arena", move |_| (ArenaActor, args.clone()))
}

fn trainer(context: &NodeContext) -> ChildSpec {
    let settings = &context.settings;
    let standard = rr_config::NetShape { blocks: 4, channels: 48 }; // loading refuses a preset without a shape
    let args = TrainerArgs {
        store: context.store.clone(),
        blobs: context.blobs.clone(),
        publisher: context.publisher.clone(),
        layout: context.layout.clone(),
        settings: settings.training.clone(),
        net: settings.net.shape().unwrap_or(standard),
        program: context.program.clone(),
        node: context.node.clone(),
        clock: context.clock.clone(),
    };
    ChildSpec::worker("trainer", move |_| (TrainerActor, args.clone()))
}

fn promotion(context: &NodeContext) -> ChildSpec {
    let args = PromotionArgs {
        store: context.store.clone(),
        publisher: context.publisher.clone(),
        clock: context.clock.clone(),
    };
    ChildSpec::worker("promotion", move |_| (PromotionActor, args.clone()))
}

fn scheduler(context: &NodeContext) -> ChildSpec {
    let args = SchedulerArgs {
        store: context.store.clone(),
        publisher: context.publisher.clone(),
        configs: [context.key].into(),
    };
    ChildSpec::worker("scheduler", move |_| (SchedulerActor, args.clone()))
}

fn ratings(context: &NodeContext) -> ChildSpec {
    let args = RatingsArgs {
        store: context.store.clone(),
        publisher: context.publisher.clone(),
        bus: context.bus(),
        myself: context.tree.address(&NodePaths::ratings()),
        policy: regression_policy(&context.settings.promotion),
    };
    ChildSpec::worker("ratings", move |_| (RatingsActor, args.clone()))
}

fn config(context: &NodeContext) -> ChildSpec {
    let spec = context.board.configs.iter().fold(group(context), |spec, (key, status)| {
        let tree = &context.tree;
        let args = ConfigArgs {
            config: context.config,
            params: context.params,
            pause_while_busy: context.pause_while_busy,
            simulations: context.settings.selfplay.simulations,
            store: context.store.clone(),
            publisher: context.publisher.clone(),
            bus: context.bus(),
            trainer: tree.address(&NodePaths::trainer()),
            arena: tree.address(&NodePaths::arena()),
            promotion: tree.address(&NodePaths::promotion()),
            scheduler: tree.address(&NodePaths::scheduler()),
            selfplay: (0..context.slots()).map(|slot| tree.address(&NodePaths::self_play(slot))).collect(),
            myself: tree.address(&NodePaths::config(*key)),
            status: status.clone(),
            clock: context.clock.clone(),
        };
        spec.child(ChildSpec::worker(key.as_str(), move |_| (ConfigActor, args.clone())))
    });
    ChildSpec::supervisor("config", spec)
}

fn admin(context: &NodeContext) -> ChildSpec {
    let args = AdminArgs {
        listener: context.listener.clone(),
        store: context.store.clone(),
        device: context.device(),
        board: context.board.clone(),
        node: context.node.clone(),
        started_ms: context.started_ms,
        data_dir: context.layout.root().to_path_buf(),
    };
    ChildSpec::worker("admin", move |_| (AdminActor, args.clone()))
}

fn display(context: &NodeContext) -> ChildSpec {
    let args = DisplayArgs {
        style: context.display.clone(),
        board: context.board.clone(),
        bus: context.bus(),
        myself: context.tree.address(&NodePaths::display()),
        new_samples: context.params.new_samples,
        device: format!("{} ({})", context.device_plan.name, context.device_plan.choice.used),
    };
    ChildSpec::worker("display", move |_| (DisplayActor, args.clone()))
}

fn group(context: &NodeContext) -> SupervisorSpec {
    SupervisorSpec::new(Strategy::OneForOne).configured(&context.settings.supervision).stop_together()
}
