//! The pages of a node, and the numbers on them.

use std::sync::Arc;

use rr_config::NodeRole;

use crate::daemons::memory_monitor::SystemMemory;
use crate::http::{HealthServerActor, HealthServerArgs, PageSource};
use crate::metrics::{MetricsActor, MetricsArgs, MetricsSource};
use crate::node::context::NodeContext;
use crate::supervision::ChildSpec;

pub(in crate::node) fn metrics(context: &NodeContext) -> ChildSpec {
    let (board, store, bus) = (context.metrics.clone(), context.store.clone(), context.bus());
    let device = context.device_plan.is_some().then(|| context.device());
    let (memory, clock) = (Arc::new(SystemMemory::new()), context.clock.clone());
    let (folder, database) = (context.layout.root().to_path_buf(), context.layout.database());
    ChildSpec::worker("metrics", move |start| {
        let args = MetricsArgs {
            board: board.clone(),
            store: store.clone(),
            bus: bus.clone(),
            device: device.clone(),
            memory: memory.clone(),
            folder: folder.clone(),
            database: database.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (MetricsActor, args)
    })
}

pub(in crate::node) fn http(context: &NodeContext) -> ChildSpec {
    let (ports, counts) = (context.pages.clone(), context.page_counts.clone());
    let (settings, security) = (context.settings.clone(), context.security.clone());
    let (source, metrics) = (page_source(context), metrics_source(context));
    ChildSpec::worker("http", move |start| {
        let args = HealthServerArgs {
            ports: ports.clone(),
            server: settings.server.clone(),
            limits: settings.limits.clone(),
            security: security.clone(),
            source: source.clone(),
            metrics: metrics.clone(),
            counts: counts.clone(),
            myself: start.address(),
            observer: start.observer(),
        };
        (HealthServerActor, args)
    })
}

fn page_source(context: &NodeContext) -> PageSource {
    let role = context.settings.node.effective_role();
    PageSource {
        tree: context.tree.clone(),
        roster: context.roster.clone(),
        permit: context.permit.clone(),
        node: context.node.clone(),
        profile: role.name(),
        leads: matches!(role, NodeRole::All | NodeRole::Coordinator),
        started_ms: context.started_ms,
        clock: context.clock.clone(),
    }
}

fn metrics_source(context: &NodeContext) -> MetricsSource {
    MetricsSource {
        pages: page_source(context),
        board: context.board.clone(),
        metrics: context.metrics.clone(),
        store: context.store.clone(),
        surface: context.security.counts(),
        page_counts: context.page_counts.clone(),
    }
}
