//! What the tree keeps of one path.

use std::sync::Arc;
use std::time::Duration;

use rr_proto::FailureNote;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::fault::FaultPlan;
use super::gauge::Gauge;
use super::ladder::Tier;
use super::load::{ActorLoad, LoadTotals};
use super::node::{NodeKind, NodeState, TreeNode, TreePath};
use super::observer::Observed;
use super::policy::Restart;
use super::slot::Slot;

/// One path: its place, what it shows, and what is known of the actor there once it has been entered.
pub(super) struct Entry {
    pub slot: Arc<Slot>,
    pub order: Vec<u32>,
    pub observed: Arc<Observed>,
    pub faults: Arc<FaultPlan>,
    pub about: Option<About>,
}

impl Entry {
    /// Makes an entry of a path that nobody has lived at.
    pub fn vacant() -> Self {
        Self {
            slot: Arc::new(watch::channel(None).0),
            order: Vec::new(),
            observed: Arc::default(),
            faults: Arc::default(),
            about: None,
        }
    }

    /// Describes the actor, when there is one.
    pub fn describe(&self, path: &TreePath, now: Duration) -> Option<TreeNode> {
        let about = self.about.as_ref()?;
        Some(TreeNode {
            path: path.clone(),
            kind: about.kind,
            restart: about.restart,
            critical: about.critical,
            state: about.state,
            tier: about.tier,
            uptime: about.since.map(|since| now.saturating_sub(since)),
            restarts: about.starts.saturating_sub(1),
            last_error: about.failure.as_ref().map(|failure| failure.message.clone()),
            error_code: about.failure.as_ref().map(|failure| failure.code),
            load: about.load(),
        })
    }
}

/// What is known of the actor at a path, over all its lives.
pub(super) struct About {
    pub kind: NodeKind,
    pub restart: Restart,
    pub critical: bool,
    pub state: NodeState,
    pub tier: Tier,
    pub since: Option<Duration>,
    pub starts: u32,
    pub failure: Option<FailureNote>,
    pub start: Option<AbortHandle>,
    pub task: Option<AbortHandle>,
    pub watch: Option<AbortHandle>,
    /// The counting of the present life.
    pub gauge: Option<Arc<Gauge>>,
    /// The counts of the lives before.
    pub past: LoadTotals,
}

impl About {
    /// Describes an actor that will be started; what is counted over all lives is taken over from `before`.
    pub fn entered((kind, restart, critical): (NodeKind, Restart, bool), before: Option<Self>) -> Self {
        let mut about = Self {
            kind,
            restart,
            critical,
            state: NodeState::Starting,
            tier: Tier::Normal,
            since: None,
            starts: 0,
            failure: None,
            start: None,
            task: None,
            watch: None,
            gauge: None,
            past: LoadTotals::default(),
        };
        if let Some(mut before) = before {
            before.end_life();
            about.starts = before.starts;
            about.failure = before.failure;
            about.past = before.past;
        }
        about
    }

    /// Adds the present life to those before.
    pub fn end_life(&mut self) {
        if let Some(gauge) = self.gauge.take() {
            self.past.absorb(gauge.totals());
        }
    }

    fn load(&self) -> ActorLoad {
        self.gauge.as_ref().map_or_else(|| self.past.load(), |gauge| gauge.load(self.past))
    }
}
