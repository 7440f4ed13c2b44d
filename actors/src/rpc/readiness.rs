//! Whether the node is ready: every critical daemon runs, with everything below it.

use super::roster::DaemonRoster;
use crate::supervision::{ActorTree, NodeState};

/// Says what stands against readiness, one line for each critical daemon that does not run; nothing where the node is ready.
pub fn not_ready(tree: &ActorTree, roster: &DaemonRoster) -> Vec<String> {
    let critical = roster.entries().iter().filter(|entry| entry.critical);
    critical
        .filter_map(|entry| {
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
        .collect()
}
