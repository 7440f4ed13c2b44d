//! Payloads of events about memory, disk and devices.

use serde::{Deserialize, Serialize};

use crate::{ConfigKey, NodeId, UnixMillis};

/// Names what runs short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ResourceKind {
    /// Main memory.
    Ram,
    /// A device's memory.
    Vram,
    /// The disk of the data folder.
    Disk,
}

/// Grades how short it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ResourceLevel {
    /// There is enough.
    #[default]
    Normal,
    /// It should be watched.
    Warning,
    /// New work has to wait.
    Critical,
    /// What can go has to go now.
    Emergency,
}

/// Tells how full memory or a disk is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceUse {
    /// What it is.
    pub resource: ResourceKind,
    /// The device or the folder; none for main memory.
    pub place: Option<String>,
    /// Bytes in use.
    pub used_bytes: u64,
    /// Bytes there are.
    pub total_bytes: u64,
}

impl ResourceUse {
    /// Returns the part in use, from 0 to 100; 0 where there is nothing to use.
    #[must_use]
    pub fn percent(&self) -> f64 {
        if self.total_bytes == 0 { 0.0 } else { self.used_bytes as f64 * 100.0 / self.total_bytes as f64 }
    }
}

/// Tells that a resource got short or is no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceConstraint {
    /// The node.
    pub node: NodeId,
    /// How full it is.
    pub usage: ResourceUse,
    /// What that means.
    pub level: ResourceLevel,
    /// When.
    pub at: UnixMillis,
}

/// Tells that memory is so short that new work waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryPressure {
    /// The node.
    pub node: NodeId,
    /// How full it is.
    pub usage: ResourceUse,
    /// When.
    pub at: UnixMillis,
}

/// Tells that there is memory for new work again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryPressureCleared {
    /// The node.
    pub node: NodeId,
    /// How full it is.
    pub usage: ResourceUse,
    /// How long the pressure lasted.
    pub duration_ms: u64,
    /// When.
    pub at: UnixMillis,
}

/// Tells that the disk fills up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskSpaceLow {
    /// The node.
    pub node: NodeId,
    /// How full it is.
    pub usage: ResourceUse,
    /// What that means; normal once there is room again.
    pub level: ResourceLevel,
    /// When.
    pub at: UnixMillis,
}

/// Tells what a cleanup of the disk did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskCleanupTriggered {
    /// The node.
    pub node: NodeId,
    /// What was cleaned, in order.
    pub tasks: Vec<String>,
    /// Files that were deleted.
    pub files: u64,
    /// Bytes that were freed.
    pub freed_bytes: u64,
    /// How long it took.
    pub duration_ms: u64,
    /// When.
    pub at: UnixMillis,
}

/// Tells that a device has had nothing to do for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdleResourceDetected {
    /// The node.
    pub node: NodeId,
    /// The device.
    pub device: String,
    /// The part of the time that it worked, from 0 to 1.
    pub utilization: f64,
    /// How long it has been idle.
    pub idle_ms: u64,
    /// The config that it should play.
    pub recommended: Option<ConfigKey>,
    /// When.
    pub at: UnixMillis,
}
