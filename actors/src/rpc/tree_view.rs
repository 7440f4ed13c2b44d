//! The tree of actors as operators see it.

use std::time::Duration;

use rr_proto::admin::{Actor, ActorLoad};
use tonic::Status;

use super::roster::DaemonRoster;
use super::status::unknown;
use crate::supervision::{ActorTree, NodeKind, TreeNode, TreePath};

/// Describes the tree, or what lies at and below a path.
///
/// # Errors
/// `NOT_FOUND` where nobody lives at the path, naming the nearest.
pub(super) fn actors(tree: &ActorTree, roster: &DaemonRoster, path: &str) -> Result<Vec<Actor>, Status> {
    let nodes = match path {
        "" => tree.snapshot(),
        path => tree.subtree(&node_at(tree, path)?.path),
    };
    Ok(nodes.iter().map(|node| told(node, roster)).collect())
}

/// Finds the entry at a path; the root's name may be left out.
///
/// # Errors
/// `NOT_FOUND` where nobody lives there, naming the nearest.
pub(super) fn node_at(tree: &ActorTree, path: &str) -> Result<TreeNode, Status> {
    let path = path.trim_matches('/');
    if let Some(node) = tree.node(&TreePath::new(path)) {
        return Ok(node);
    }
    let nodes = tree.snapshot();
    let root = nodes.first().map(|root| root.path.child(path));
    if let Some(node) = root.and_then(|path| tree.node(&path)) {
        return Ok(node);
    }
    Err(unknown("actor", path, nodes.iter().map(|node| node.path.as_str())))
}

/// Describes one entry.
pub(super) fn told(node: &TreeNode, roster: &DaemonRoster) -> Actor {
    let (kind, strategy) = match node.kind {
        NodeKind::Worker => ("worker", ""),
        NodeKind::Supervisor(strategy) => ("supervisor", strategy.name()),
    };
    Actor {
        path: node.path.to_string(),
        kind: kind.to_owned(),
        strategy: strategy.to_owned(),
        restart: node.restart.name().to_owned(),
        state: node.state.name().to_owned(),
        uptime_ms: node.uptime.map(millis),
        restarts: node.restarts,
        last_error: node.last_error.clone().unwrap_or_default(),
        load: Some(load(&node.load)),
        observed_json: String::new(),
        critical: roster.is_critical(&node.path),
    }
}

fn load(load: &crate::supervision::ActorLoad) -> ActorLoad {
    ActorLoad {
        mailbox_depth: load.mailbox_depth,
        mailbox_lag_ms: load.mailbox_lag.as_secs_f64() * 1e3,
        handled: load.handled,
        messages_per_second: load.per_second,
        busy_ms: load.busy_for.map_or(0.0, |busy| busy.as_secs_f64() * 1e3),
        shed: load.shed,
        panics: load.panics,
        handler_ms: load.in_handlers.as_secs_f64() * 1e3,
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Describes the actor at a path with what it shows of its state.
///
/// # Errors
/// As [`node_at`].
pub(super) fn actor_at(tree: &ActorTree, roster: &DaemonRoster, path: &TreePath) -> Result<Actor, Status> {
    let actor = told(&node_at(tree, path.as_str())?, roster);
    let observed_json = tree.observed(path).map_or_else(String::new, |state| state.to_string());
    Ok(Actor { observed_json, ..actor })
}
