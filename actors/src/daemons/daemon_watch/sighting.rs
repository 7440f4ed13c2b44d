//! How each daemon of a tree fares, as one look finds it.

use std::collections::BTreeMap;

use rr_proto::{DaemonPhase, ErrorCode, FailureNote};

use crate::daemons::DaemonCondition;
use crate::supervision::{NodeKind, NodeState, Tier, TreeNode, TreePath};

/// Says how one daemon fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaemonSighting {
    /// How it fares.
    pub phase: DaemonPhase,
    /// How often it was started again.
    pub restarts: u32,
    /// Whether the node is of no use without it.
    pub critical: bool,
    /// Whether a person stopped it, or what it is part of.
    pub held: bool,
    /// Whether the last rounds of its duty all failed.
    pub failing: bool,
    /// How it failed last.
    pub failure: Option<FailureNote>,
}

/// Reads a tree, parents before children: how each of its workers fares. `condition` is what a worker shows of its duty.
///
/// What a worker below a supervisor that does not run will do is for that supervisor to say: the worker fares as it does.
pub fn sightings(
    tree: &[TreeNode],
    condition: impl Fn(&TreePath) -> Option<DaemonCondition>,
) -> BTreeMap<TreePath, DaemonSighting> {
    let supervisors = tree.iter().filter(|node| matches!(node.kind, NodeKind::Supervisor(_)));
    let ill: Vec<&TreeNode> = supervisors.filter(|node| node.state != NodeState::Running).collect();
    let workers = tree.iter().filter(|node| node.kind == NodeKind::Worker);
    let sight = |node: &TreeNode| {
        // The highest one: those below it were stopped with it.
        let above = ill.iter().find(|above| node.path.is_below(&above.path));
        let state =
            if node.state == NodeState::Stopped { above.map_or(node.state, |n| n.state) } else { node.state };
        let failing = condition(&node.path) == Some(DaemonCondition::Failing);
        let note = |node: &TreeNode| {
            let message = node.last_error.clone()?;
            Some(FailureNote { code: node.error_code.unwrap_or(ErrorCode::Internal), message })
        };
        DaemonSighting {
            phase: phase(state, node.tier, failing),
            restarts: node.restarts,
            critical: node.critical,
            held: state == NodeState::Held,
            failing,
            failure: note(node).or_else(|| above.and_then(|above| note(above))),
        }
    };
    workers.map(|node| (node.path.clone(), sight(node))).collect()
}

fn phase(state: NodeState, tier: Tier, failing: bool) -> DaemonPhase {
    match state {
        NodeState::Starting => DaemonPhase::Starting,
        NodeState::Running if failing || tier >= Tier::Degraded => DaemonPhase::Degraded,
        NodeState::Running => DaemonPhase::Running,
        NodeState::BackingOff => DaemonPhase::Restarting,
        NodeState::Stopping => DaemonPhase::Stopping,
        NodeState::Stopped | NodeState::Held => DaemonPhase::Stopped,
        NodeState::Failed => DaemonPhase::Failed,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::*;
    use crate::supervision::{ActorLoad, Restart, Strategy};

    /// A worker of a tree.
    pub fn worker(path: &str, state: NodeState) -> TreeNode {
        TreeNode {
            path: TreePath::new(path),
            kind: NodeKind::Worker,
            restart: Restart::Permanent,
            critical: false,
            state,
            tier: Tier::Normal,
            uptime: (state == NodeState::Running).then_some(Duration::from_secs(3_600)),
            restarts: 0,
            last_error: None,
            error_code: None,
            load: ActorLoad::default(),
        }
    }

    fn phases(tree: &[TreeNode]) -> Vec<DaemonPhase> {
        sightings(tree, |_| None).into_values().map(|sighting| sighting.phase).collect()
    }

    #[test]
    fn workers_fare_as_what_is_above_them_when_that_does_not_run() {
        let group = |state| TreeNode {
            kind: NodeKind::Supervisor(Strategy::OneForOne),
            last_error: Some("too often".into()),
            ..worker("node/group", state)
        };
        let tree = |above, own| {
            [group(above), worker("node/group/a", own), worker("node/other", NodeState::Running)]
        };
        use DaemonPhase::{Restarting, Running, Stopped, Stopping};
        assert_eq!(phases(&tree(NodeState::Running, NodeState::Running)), [Running, Running]);
        assert_eq!(phases(&tree(NodeState::BackingOff, NodeState::Stopped)), [Restarting, Running]);
        assert_eq!(phases(&tree(NodeState::Held, NodeState::Stopped)), [Stopped, Running]);
        assert_eq!(phases(&tree(NodeState::Stopping, NodeState::Stopped)), [Stopping, Running]);
        let seen = sightings(&tree(NodeState::Failed, NodeState::Stopped), |_| None);
        let part = &seen[&TreePath::new("node/group/a")];
        assert_eq!(part.phase, DaemonPhase::Failed);
        assert_eq!(part.failure.as_ref().unwrap().message, "too often");
    }

    #[test]
    fn a_duty_that_fails_degrades_and_so_do_restarts_without_end() {
        let failing = |_: &TreePath| Some(DaemonCondition::Failing);
        let seen = sightings(&[worker("node/a", NodeState::Running)], failing);
        assert_eq!(seen[&TreePath::new("node/a")].phase, DaemonPhase::Degraded);
        let rare = TreeNode { tier: Tier::Degraded, ..worker("node/a", NodeState::Running) };
        assert_eq!(phases(&[rare]), [DaemonPhase::Degraded]);
    }
}
