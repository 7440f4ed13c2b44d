//! The words that describe one actor of the tree: its path, its kind, what it is doing.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rr_proto::ErrorCode;

use super::ladder::Tier;
use super::load::ActorLoad;
use super::policy::{Restart, Strategy};

/// Names an actor by its way down from the root: `node/workers/self-play/0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(Arc<str>);

impl TreePath {
    /// Makes a path of names separated by slashes.
    pub fn new(path: &str) -> Self {
        Self(Arc::from(path))
    }

    /// Returns the path of the child called `name`.
    pub fn child(&self, name: &str) -> Self {
        Self(Arc::from(format!("{}/{name}", self.0)))
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name that the actor has below `ancestor`.
    pub fn name_below(&self, ancestor: &Self) -> Option<&str> {
        self.0.strip_prefix(&*ancestor.0)?.strip_prefix('/')
    }

    /// Tells whether this path lies below `ancestor`.
    pub fn is_below(&self, ancestor: &Self) -> bool {
        self.0.strip_prefix(&*ancestor.0).is_some_and(|rest| rest.starts_with('/'))
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says what an entry of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// An actor that does work.
    Worker,
    /// An actor that starts, stops and restarts others.
    Supervisor(Strategy),
}

/// Says what an actor of the tree is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeState {
    /// Its start is under way.
    Starting,
    /// It takes messages.
    Running,
    /// It died and waits to be started again.
    BackingOff,
    /// It has been asked to stop.
    Stopping,
    /// It ended and nothing will start it but its supervisor's restart.
    Stopped,
    /// It was stopped by hand and stays so until it is started by hand.
    Held,
    /// It failed too often and is left alone for a long time.
    Failed,
}

impl NodeState {
    /// Returns the name used in the tree and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::BackingOff => "backing_off",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }
}

/// Describes one actor of the tree at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeNode {
    /// Where it lives.
    pub path: TreePath,
    /// What it is.
    pub kind: NodeKind,
    /// When it comes back.
    pub restart: Restart,
    /// Whether the node is of no use without it.
    pub critical: bool,
    /// What it is doing.
    pub state: NodeState,
    /// How badly it has been doing of late.
    pub tier: Tier,
    /// Time since its last start, when it runs.
    pub uptime: Option<Duration>,
    /// Starts after the first one, whoever caused them.
    pub restarts: u32,
    /// How it last failed.
    pub last_error: Option<String>,
    /// The class of that failure.
    pub error_code: Option<ErrorCode>,
    /// What it has to do and how it gets on.
    pub load: ActorLoad,
}
