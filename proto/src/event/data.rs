//! Payloads of events about stored data: transfers, orphans, integrity, old data.

use serde::{Deserialize, Serialize};

use crate::{ConfigKey, FailureNote, Games, NodeId, UnixMillis};

/// Tells that a transfer of data ended well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSyncCompleted {
    /// The node that the data came to.
    pub node: NodeId,
    /// Which config; none where the transfer was about all of them.
    pub config: Option<ConfigKey>,
    /// Games that came.
    pub games: Games,
    /// Bytes that came.
    pub bytes: u64,
    /// How long it took.
    pub duration_ms: u64,
    /// When.
    pub at: UnixMillis,
}

/// Tells that a transfer of data failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSyncFailed {
    /// The node that the data should have come to.
    pub node: NodeId,
    /// Which config; none where the transfer was about all of them.
    pub config: Option<ConfigKey>,
    /// How many failed in a row.
    pub consecutive: u32,
    /// Why.
    pub failure: FailureNote,
    /// When.
    pub at: UnixMillis,
}

/// Tells that training on older data was allowed, or is not any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaleTrainingFallback {
    /// Which config; none for all of them.
    pub config: Option<ConfigKey>,
    /// Whether older data may be used from now on.
    pub active: bool,
    /// How old the newest data is.
    pub data_age_ms: u64,
    /// What changed it, for people.
    pub reason: String,
    /// When.
    pub at: UnixMillis,
}

/// Tells that stored data was found that nothing refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrphanGamesDetected {
    /// The node it lies on.
    pub node: NodeId,
    /// How many pieces.
    pub count: u64,
    /// Their size together.
    pub bytes: u64,
    /// The names of some of them.
    pub examples: Vec<String>,
    /// When.
    pub at: UnixMillis,
}

/// Tells that orphans belong to the stored data again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrphanGamesRegistered {
    /// The node they lie on.
    pub node: NodeId,
    /// How many pieces were entered.
    pub registered: u64,
    /// How many games that brought.
    pub games: Games,
    /// When.
    pub at: UnixMillis,
}

/// Tells what a look through the stored data found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntegrityChecked {
    /// The node that looked.
    pub node: NodeId,
    /// How many pieces were looked at.
    pub checked: u64,
    /// How many are damaged.
    pub damaged: u64,
    /// What was moved to the quarantine, each with its reason.
    pub quarantined: Vec<String>,
    /// How long it took.
    pub duration_ms: u64,
    /// When.
    pub at: UnixMillis,
}
