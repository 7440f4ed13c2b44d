//! What people and other programs see of a node.

use std::sync::Arc;
use std::time::Duration;

use crate::bus::{BusSettings, EventStreams};
use crate::display::{DisplayActor, DisplayArgs};
use crate::node::context::NodeContext;
use crate::node::paths::NodePaths;
use crate::rpc::{AdminActor, AdminArgs};
use crate::supervision::ChildSpec;

pub(in crate::node) fn admin(context: &NodeContext) -> ChildSpec {
    let bus = BusSettings::from(&context.settings.events);
    let plan = context.device_plan.as_ref();
    let passed_over = plan.map_or_else(Vec::new, |plan| plan.choice.passed_over());
    let args = AdminArgs {
        listener: context.listener.clone(),
        security: context.security.clone(),
        store: context.store.clone(),
        device: context.device(),
        passed_over: Arc::new(passed_over),
        board: context.board.clone(),
        new_samples: context.params.new_samples,
        tree: context.tree.clone(),
        roster: context.roster.clone(),
        node: context.node.clone(),
        role: format!("{:?}", context.settings.node.effective_role()).to_lowercase(),
        started_ms: context.started_ms,
        data_dir: context.layout.root().to_path_buf(),
        settings: context.setting_rows.clone(),
        mutations: context.mutations.clone(),
        shutdown: context.shutdown.clone(),
        stop_within: Duration::from_secs(context.settings.node.shutdown_seconds),
        permit: context.permit.clone(),
        log: context.log.clone(),
        events: EventStreams::new(context.store.clone(), context.bus(), &bus),
        trainer: context.tree.address(&NodePaths::trainer()),
        arena: context.tree.address(&NodePaths::arena()),
        scheduler: context.tree.address(&NodePaths::scheduler()),
        dead_letters: context.tree.address(&NodePaths::daemon("dead-letters")),
    };
    ChildSpec::worker("admin", move |_| (AdminActor, args.clone()))
}

pub(in crate::node) fn display(context: &NodeContext) -> ChildSpec {
    let args = DisplayArgs {
        style: context.display.clone(),
        board: context.board.clone(),
        bus: context.bus(),
        myself: context.tree.address(&NodePaths::display()),
        new_samples: context.params.new_samples,
        device: context
            .device_plan
            .as_ref()
            .map_or_else(|| "no device".to_owned(), |plan| format!("{} ({})", plan.name, plan.choice.used)),
    };
    ChildSpec::worker("display", move |_| (DisplayActor, args.clone()))
}
