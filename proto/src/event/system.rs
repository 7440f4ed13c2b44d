//! Payloads of events about the house itself: daemons, the cascade breaker, dead letters, alerts.

use serde::{Deserialize, Serialize};

use crate::{FailureNote, NodeId, UnixMillis};

/// Tells that a daemon serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaemonStarted {
    /// The node.
    pub node: NodeId,
    /// The daemon's path in the actor tree.
    pub daemon: String,
    /// How often it was started again before.
    pub restarts: u32,
    /// When.
    pub at: UnixMillis,
}

/// Tells that a daemon ended and is not started again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaemonStopped {
    /// The node.
    pub node: NodeId,
    /// The daemon's path in the actor tree.
    pub daemon: String,
    /// Why, for people.
    pub reason: String,
    /// When.
    pub at: UnixMillis,
}

/// Says how a daemon fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DaemonPhase {
    /// It is being started.
    Starting,
    /// It serves.
    Running,
    /// It serves, but its duty suffers.
    Degraded,
    /// It waits to be started again.
    Restarting,
    /// It takes no new work and ends.
    Stopping,
    /// It has ended.
    Stopped,
    /// It is not started again until a person says so.
    Failed,
}

/// Tells that a daemon fares otherwise than before: stuck, crashed, started again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaemonStatusChanged {
    /// The node.
    pub node: NodeId,
    /// The daemon's path in the actor tree.
    pub daemon: String,
    /// How it fared.
    pub from: DaemonPhase,
    /// How it fares.
    pub to: DaemonPhase,
    /// Why, for people.
    pub reason: String,
    /// When.
    pub at: UnixMillis,
}

/// Tells that a daemon failed too often and is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaemonPermanentlyFailed {
    /// The node.
    pub node: NodeId,
    /// The daemon's path in the actor tree.
    pub daemon: String,
    /// How often it was started again.
    pub restarts: u32,
    /// How it failed last.
    pub failure: FailureNote,
    /// When.
    pub at: UnixMillis,
}

/// Tells that so many daemons restarted that restarts wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CascadeBreakerOpened {
    /// The node.
    pub node: NodeId,
    /// Restarts in the window.
    pub restarts: u32,
    /// How many open the breaker.
    pub threshold: u32,
    /// How long it stays open.
    pub open_ms: u64,
    /// When.
    pub at: UnixMillis,
}

/// Tells that daemons are started again, critical ones first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CascadeBreakerClosed {
    /// The node.
    pub node: NodeId,
    /// How long it was open.
    pub duration_ms: u64,
    /// When.
    pub at: UnixMillis,
}

/// Tells that events have lain among the dead letters for too long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DlqStaleEvents {
    /// The node.
    pub node: NodeId,
    /// How many.
    pub count: u64,
    /// When the oldest of them was raised.
    pub oldest: UnixMillis,
    /// Whose letters they are.
    pub subscribers: Vec<String>,
    /// When.
    pub at: UnixMillis,
}

/// Tells that dead letters reached their subscribers after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DlqEventsReplayed {
    /// The node.
    pub node: NodeId,
    /// How many.
    pub count: u64,
    /// Whose letters they were.
    pub subscribers: Vec<String>,
    /// When.
    pub at: UnixMillis,
}

/// Tells that dead letters were dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DlqEventsPurged {
    /// The node.
    pub node: NodeId,
    /// How many.
    pub count: u64,
    /// Who or what asked, for people.
    pub reason: String,
    /// When.
    pub at: UnixMillis,
}

/// Grades an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlertSeverity {
    /// To be known.
    Info,
    /// To be looked at today.
    Warning,
    /// To be looked at now.
    Critical,
}

/// Tells a person of something that no other event tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthAlert {
    /// The node.
    pub node: NodeId,
    /// How bad it is.
    pub severity: AlertSeverity,
    /// What it is about: a daemon, a config, a device.
    pub subject: String,
    /// What happened and what to do.
    pub message: String,
    /// When.
    pub at: UnixMillis,
}
