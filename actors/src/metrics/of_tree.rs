//! Metrics of the tree: its actors, its daemons, its breaker, its health.

use super::Metric;
use super::scrape::Scrape;
use crate::http::{DaemonStatus, DaemonView, PageSource};
use crate::permit::{HoldReason, WorkKind};
use crate::supervision::{CascadeView, NodeKind, NodeState, TreeNode, health_score};

/// Adds what the tree and the permit tell.
pub(super) fn scrape_tree(scrape: &mut Scrape, source: &PageSource) {
    let (tree, cascade) = (source.tree.snapshot(), source.tree.cascade());
    scrape.set(Metric::NodeHealth, &[], health_score(&tree, &cascade));
    scrape.flag(Metric::NodeReady, &[], source.not_ready().is_empty());
    scrape.set(Metric::NodeStart, &[], source.started_ms as f64 / 1e3);
    let labels = [source.node.as_str(), source.profile, env!("CARGO_PKG_VERSION")];
    scrape.flag(Metric::NodeInfo, &labels, true);
    scrape.flag(Metric::ClusterLeads, &[], source.leads);
    scrape.count(Metric::ClusterNodes, &[], 1);
    scrape_cascade(scrape, &cascade);
    scrape_permit(scrape, source);
    for actor in tree.iter().filter(|actor| actor.kind == NodeKind::Worker) {
        scrape_actor(scrape, actor);
    }
    for entry in source.roster.entries() {
        scrape_daemon(scrape, &entry.name, &DaemonView::of(source, entry));
    }
}

fn scrape_cascade(scrape: &mut Scrape, cascade: &CascadeView) {
    scrape.flag(Metric::CascadeOpen, &[], cascade.open_for.is_some());
    scrape.count(Metric::CascadeRestarts, &[], cascade.restarts as u64);
    scrape.count(Metric::CascadeThreshold, &[], cascade.threshold as u64);
    scrape.count(Metric::CascadeOpenings, &[], cascade.opened.into());
}

fn scrape_permit(scrape: &mut Scrape, source: &PageSource) {
    let holds = source.permit.holds();
    for reason in HoldReason::ALL {
        let held = holds.iter().any(|hold| hold.reason == reason);
        scrape.flag(Metric::WorkHeld, &[reason.name()], held);
    }
    for kind in WorkKind::ALL {
        scrape.flag(Metric::WorkAllowed, &[kind.name()], source.permit.allows(kind));
    }
}

fn scrape_actor(scrape: &mut Scrape, actor: &TreeNode) {
    let (labels, load) = (&[actor.path.as_str()], &actor.load);
    scrape.flag(Metric::ActorUp, labels, actor.state == NodeState::Running);
    scrape.count(Metric::ActorRestarts, labels, actor.restarts.into());
    scrape.count(Metric::ActorHandled, labels, load.handled);
    scrape.count(Metric::ActorShed, labels, load.shed);
    scrape.count(Metric::ActorPanics, labels, load.panics);
    scrape.set(Metric::ActorHandlerTime, labels, load.in_handlers.as_secs_f64());
    scrape.set(Metric::ActorLongest, labels, load.longest_handler.as_secs_f64());
    scrape.set(Metric::ActorBusy, labels, load.busy_for.unwrap_or_default().as_secs_f64());
    scrape.count(Metric::ActorDepth, labels, load.mailbox_depth);
    scrape.set(Metric::ActorLag, labels, load.mailbox_lag.as_secs_f64());
    if let Some(bound) = load.mailbox_bound {
        scrape.count(Metric::ActorBound, labels, bound);
    }
}

fn scrape_daemon(scrape: &mut Scrape, name: &str, daemon: &DaemonView) {
    let critical = if daemon.critical { "yes" } else { "no" };
    scrape.flag(Metric::DaemonUp, &[name, critical], daemon.running);
    let well = matches!(daemon.status, DaemonStatus::Healthy | DaemonStatus::Starting | DaemonStatus::Held);
    scrape.flag(Metric::DaemonHealthy, &[name], well);
    scrape.count(Metric::DaemonErrors, &[name], daemon.errors_count);
    scrape.count(Metric::DaemonRestarts, &[name, critical], daemon.restarts.into());
    if let Some(at_ms) = daemon.last_activity_ms {
        scrape.set(Metric::DaemonActive, &[name], at_ms as f64 / 1e3);
    }
}
