//! The health of a tree as one number.

use std::time::Duration;

use super::breaker::CascadeView;
use super::ladder::Tier;
use super::node::{NodeKind, NodeState, TreeNode};

/// What a critical actor weighs against any other.
const CRITICAL_WEIGHT: f64 = 4.0;
/// What a node is worth at most while one of its critical actors does not run.
const CRITICAL_LOST: f64 = 0.5;
/// What is left of the score while the cascade breaker is open.
const CASCADE_SHARE: f64 = 0.5;
/// How long an actor counts as unsettled after a restart.
const SETTLING: Duration = Duration::from_secs(60);

/// Says how one actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActorHealth {
    /// It runs.
    Running,
    /// It runs, or soon will, and was restarted a moment ago, or so often that it is tried more rarely.
    Degraded,
    /// It does not run.
    Failed,
    /// It was stopped by hand: nobody's failure.
    Held,
}

impl ActorHealth {
    /// Judges an actor of the tree.
    pub fn of(node: &TreeNode) -> Self {
        let settling = node.restarts > 0 && node.uptime.is_some_and(|uptime| uptime < SETTLING);
        match node.state {
            NodeState::Held => Self::Held,
            NodeState::Running if settling || node.tier >= Tier::Degraded => Self::Degraded,
            NodeState::Running => Self::Running,
            NodeState::Starting | NodeState::BackingOff if node.tier <= Tier::Elevated => Self::Degraded,
            NodeState::Starting
            | NodeState::BackingOff
            | NodeState::Stopping
            | NodeState::Stopped
            | NodeState::Failed => Self::Failed,
        }
    }

    /// Returns the name used in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Degraded => "degraded",
            Self::Failed => "failed",
            Self::Held => "held",
        }
    }

    fn worth(self) -> Option<f64> {
        match self {
            Self::Running => Some(1.0),
            Self::Degraded => Some(0.5),
            Self::Failed => Some(0.0),
            Self::Held => None,
        }
    }
}

/// Scores a tree from 0.0 (nothing runs) to 1.0 (everything runs).
///
/// Every worker and every critical supervisor counts: 1 where it runs, 0.5 where it is degraded, 0 where it has failed; those
/// held by hand don't count. A critical one weighs four times as much as any other, and the score is the weighted mean. It is 0.5 at most while a critical
/// actor does not run at all, and half of what it were while the cascade breaker is open. An empty tree scores 0.
pub fn health_score(tree: &[TreeNode], cascade: &CascadeView) -> f64 {
    let counted = tree.iter().filter(|node| node.kind == NodeKind::Worker || node.critical);
    let weighed = counted.filter_map(|node| {
        let weight = if node.critical { CRITICAL_WEIGHT } else { 1.0 };
        ActorHealth::of(node).worth().map(|worth| (weight, worth, node.critical))
    });
    let (mut weights, mut sum, mut lost) = (0.0, 0.0, false);
    for (weight, worth, critical) in weighed {
        weights += weight;
        sum += weight * worth;
        lost |= critical && worth == 0.0;
    }
    let mean: f64 = if weights > 0.0 { sum / weights } else { 0.0 };
    let capped = if lost { mean.min(CRITICAL_LOST) } else { mean };
    if cascade.open_for.is_some() { capped * CASCADE_SHARE } else { capped }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supervision::load::ActorLoad;
    use crate::supervision::node::TreePath;
    use crate::supervision::policy::Restart;
    use proptest::prelude::*;

    const CALM: CascadeView = CascadeView { open_for: None, restarts: 0, threshold: 20, opened: 0 };
    const STATES: [NodeState; 7] = [
        NodeState::Starting,
        NodeState::Running,
        NodeState::BackingOff,
        NodeState::Stopping,
        NodeState::Stopped,
        NodeState::Held,
        NodeState::Failed,
    ];

    fn actor(state: NodeState, critical: bool) -> TreeNode {
        TreeNode {
            path: TreePath::new("node/x"),
            kind: NodeKind::Worker,
            restart: Restart::Permanent,
            critical,
            state,
            tier: Tier::Normal,
            uptime: (state == NodeState::Running).then_some(Duration::from_secs(3_600)),
            restarts: 0,
            last_error: None,
            error_code: None,
            load: ActorLoad::default(),
        }
    }

    #[test]
    fn the_documented_values() {
        let running = || actor(NodeState::Running, true);
        let score = |tree: &[TreeNode]| health_score(tree, &CALM);
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        close(score(&[]), 0.0);
        close(score(&[running(), actor(NodeState::Running, false)]), 1.0);
        close(score(&[running(), actor(NodeState::Stopped, false)]), 0.8);
        close(score(&[running(), actor(NodeState::Held, false)]), 1.0);
        close(score(&[running(), actor(NodeState::BackingOff, false)]), 0.9);
        close(score(&[running(), running(), running(), actor(NodeState::Stopped, true)]), 0.5);
        let open = CascadeView { open_for: Some(Duration::from_secs(9)), ..CALM };
        close(health_score(&[running()], &open), 0.5);
        let unsettled = TreeNode { restarts: 1, uptime: Some(Duration::from_secs(5)), ..running() };
        assert_eq!(ActorHealth::of(&unsettled), ActorHealth::Degraded);
    }

    proptest! {
        #[test]
        fn in_range_and_never_better_for_a_failure(
            actors in proptest::collection::vec((0usize..7, any::<bool>()), 1..20), at in any::<proptest::sample::Index>(),
        ) {
            let mut tree: Vec<TreeNode> = actors.iter().map(|(state, critical)| actor(STATES[*state], *critical)).collect();
            let before = health_score(&tree, &CALM);
            prop_assert!((0.0..=1.0).contains(&before));
            let at = at.index(tree.len());
            if tree[at].state != NodeState::Held {
                tree[at].state = NodeState::Failed;
                prop_assert!(health_score(&tree, &CALM) <= before + 1e-9);
            }
        }
    }
}
