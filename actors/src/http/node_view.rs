//! The node as its status pages show it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::daemon_view::DaemonView;
use super::source::PageSource;
use crate::permit::WorkHold;
use crate::supervision::health_score;

/// From this score on a node counts as healthy, and from the second one as degraded.
const HEALTHY: f64 = 0.9;
const DEGRADED: f64 = 0.5;

/// Describes the node and every daemon of it at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NodeView {
    /// `healthy` from a score of 0.9, `degraded` from 0.5, else `unhealthy`.
    pub status: &'static str,
    /// The health of the whole tree, 0.0 to 1.0.
    pub score: f64,
    /// Whether every critical daemon runs and no drain is on.
    pub ready: bool,
    /// What stands against that.
    pub reasons: Vec<String>,
    /// The node.
    pub node_id: String,
    /// What it is for.
    pub profile: &'static str,
    /// The program.
    pub version: &'static str,
    /// Time since the start.
    pub uptime_seconds: u64,
    /// Now, in milliseconds since the Unix epoch.
    pub timestamp_ms: u64,
    /// Daemons that run.
    pub running: usize,
    /// Daemons that do not.
    pub failed: usize,
    /// All of them.
    pub total: usize,
    /// What holds new work.
    pub holds: Vec<WorkHold>,
    /// The breaker that holds restarts back.
    pub cascade: CascadeShown,
    /// The daemons by name.
    pub daemons: BTreeMap<String, DaemonView>,
}

/// Describes the cascade breaker.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CascadeShown {
    /// How long it stays open; none where it is closed.
    pub open_for_seconds: Option<f64>,
    /// Restarts within its window.
    pub restarts: usize,
    /// Restarts that it tolerates now.
    pub threshold: usize,
    /// How often it has opened.
    pub opened: u32,
}

impl NodeView {
    /// Describes the node now.
    pub(super) fn of(source: &PageSource) -> Self {
        let (tree, cascade) = (source.tree.snapshot(), source.tree.cascade());
        let score = health_score(&tree, &cascade);
        let reasons = source.not_ready();
        let entries = source.roster.entries();
        let daemons: BTreeMap<_, _> =
            entries.iter().map(|entry| (entry.name.clone(), DaemonView::of(source, entry))).collect();
        let running = daemons.values().filter(|daemon| daemon.running).count();
        Self {
            status: match score {
                score if score >= HEALTHY => "healthy",
                score if score >= DEGRADED => "degraded",
                _ => "unhealthy",
            },
            score,
            ready: reasons.is_empty(),
            reasons,
            node_id: source.node.to_string(),
            profile: source.profile,
            version: env!("CARGO_PKG_VERSION"),
            uptime_seconds: source.uptime_seconds(),
            timestamp_ms: source.clock.unix_ms(),
            running,
            failed: daemons.len() - running,
            total: daemons.len(),
            holds: source.permit.holds(),
            cascade: CascadeShown {
                open_for_seconds: cascade.open_for.map(|left| left.as_secs_f64()),
                restarts: cascade.restarts,
                threshold: cascade.threshold,
                opened: cascade.opened,
            },
            daemons,
        }
    }
}

/// Describes the cluster as this node knows it. A node that knows no other is the whole of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClusterView {
    /// This node.
    pub node_id: String,
    /// `leader` or `follower`.
    pub role: &'static str,
    /// What it is for.
    pub profile: &'static str,
    /// Who leads; none where nobody does.
    pub leader_id: Option<String>,
    /// Nodes that live, this one included.
    pub alive_peers: u32,
    /// The program.
    pub version: &'static str,
    /// Time since the start.
    pub uptime_seconds: u64,
    /// Now, in milliseconds since the Unix epoch.
    pub timestamp_ms: u64,
}

impl ClusterView {
    /// Describes the cluster now.
    pub(super) fn of(source: &PageSource) -> Self {
        Self {
            node_id: source.node.to_string(),
            role: if source.leads { "leader" } else { "follower" },
            profile: source.profile,
            leader_id: source.leads.then(|| source.node.to_string()),
            alive_peers: 1,
            version: env!("CARGO_PKG_VERSION"),
            uptime_seconds: source.uptime_seconds(),
            timestamp_ms: source.clock.unix_ms(),
        }
    }
}
