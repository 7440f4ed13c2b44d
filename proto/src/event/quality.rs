//! Payloads of events about how good the games are, and whether they may be trained on.

use serde::{Deserialize, Serialize};

use crate::{ConfigKey, FailureNote, Games, UnixMillis};

/// Grades the quality of a config's newest games.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum QualityGrade {
    /// Under the warning level.
    Low,
    /// Good enough to train on.
    Fair,
    /// At or above the good level.
    High,
}

/// Tells how good the newest games of a config are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualityScoreUpdated {
    /// Which config.
    pub config: ConfigKey,
    /// The mean score, from 0 to 1.
    pub score: f64,
    /// The score that was told before.
    pub previous: Option<f64>,
    /// What the score means.
    pub grade: QualityGrade,
    /// The share of those games that no other among them resembles, from 0 to 1.
    pub diversity: f64,
    /// How many games were looked at.
    pub games: Games,
    /// When.
    pub at: UnixMillis,
}

/// Tells that the quality of a config's games could not be established, or is too low.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualityCheckFailed {
    /// Which config.
    pub config: ConfigKey,
    /// The mean score, where there is one.
    pub score: Option<f64>,
    /// How many games were looked at.
    pub games: Games,
    /// Why.
    pub failure: FailureNote,
    /// When.
    pub at: UnixMillis,
}

/// Says what keeps a config from being trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TrainingBlock {
    /// Its newest games are not good enough.
    Quality,
    /// Its newest games are too old.
    Stale,
    /// Its games have not passed the parity gate.
    Parity,
    /// The node is short of memory or disk.
    Resources,
}

/// Tells that a training run of a config was refused because of its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingBlockedByQuality {
    /// Which config.
    pub config: ConfigKey,
    /// What keeps it.
    pub block: TrainingBlock,
    /// The numbers behind it and the next step, for people.
    pub reason: String,
    /// When.
    pub at: UnixMillis,
}

/// Says whether a config's games were replayed and found equal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ParityGateState {
    /// Nobody has looked yet.
    #[default]
    Pending,
    /// They were.
    Passed,
    /// A game replays differently.
    Failed,
}

/// Tells that a config's games passed or failed the comparison of rules, or that a person let them through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParityGateChanged {
    /// Which config.
    pub config: ConfigKey,
    /// The state before.
    pub from: ParityGateState,
    /// The state now.
    pub to: ParityGateState,
    /// Games that were compared.
    pub checked: Games,
    /// Games that differ.
    pub failed: Games,
    /// When a bypass that somebody granted ends; none without one.
    pub bypass_until: Option<UnixMillis>,
    /// What changed it, for people.
    pub reason: String,
    /// When.
    pub at: UnixMillis,
}
