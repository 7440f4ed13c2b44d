//! What the pages are made from.

use std::sync::Arc;

use rr_proto::NodeId;

use crate::clock::Clock;
use crate::permit::WorkPermit;
use crate::rpc::{DaemonRoster, not_ready};
use crate::supervision::ActorTree;

/// Holds what pages tell of; cheap to clone. Reading it takes a lock for a moment and waits for nobody.
#[derive(Clone)]
pub struct PageSource {
    /// The tree.
    pub tree: ActorTree,
    /// The daemons of the node's role.
    pub roster: Arc<DaemonRoster>,
    /// What holds new work.
    pub permit: WorkPermit,
    /// This node.
    pub node: NodeId,
    /// What it is for.
    pub profile: &'static str,
    /// Whether it decides.
    pub leads: bool,
    /// When it started, in milliseconds since the Unix epoch.
    pub started_ms: u64,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl PageSource {
    /// Says what stands against readiness; nothing where the node is ready.
    pub fn not_ready(&self) -> Vec<String> {
        not_ready(&self.tree, &self.roster, &self.permit)
    }

    /// Returns the time since the start.
    ///
    /// # Units
    /// Seconds.
    pub(super) fn uptime_seconds(&self) -> u64 {
        self.clock.unix_ms().saturating_sub(self.started_ms) / 1000
    }
}
