//! Whether the node is ready: every critical daemon runs, with everything below it, and the node is not being drained.

use super::roster::DaemonRoster;
use crate::permit::{HoldReason, WorkPermit};
use crate::supervision::{ActorTree, NodeState};

/// Says what stands against readiness, one line for each critical daemon that does not run, and one for a drain; nothing where the
/// node is ready. Every surface asks here, so that all of them say the same.
pub fn not_ready(tree: &ActorTree, roster: &DaemonRoster, permit: &WorkPermit) -> Vec<String> {
    let drained = permit.holds().into_iter().find(|hold| hold.reason == HoldReason::Drain);
    let drained = drained.map(|hold| format!("draining: {}", hold.detail));
    down(tree, roster).chain(drained).collect()
}

/// Says which critical daemons do not run.
fn down(tree: &ActorTree, roster: &DaemonRoster) -> impl Iterator<Item = String> {
    let critical = roster.entries().iter().filter(|entry| entry.critical);
    critical.filter_map(|entry| {
        let nodes = tree.subtree(&entry.path);
        if nodes.is_empty() {
            return Some(format!("{} was never started", entry.path));
        }
        let down = nodes.into_iter().find(|node| node.state != NodeState::Running)?;
        let state = down.state.name();
        Some(match down.last_error {
            Some(error) => format!("{} is {state}: {error}", down.path),
            None => format!("{} is {state}", down.path),
        })
    })
}
