//! Payloads of events about champions and about the shares of the configs.

use serde::{Deserialize, Serialize};

use crate::{ConfigKey, Elo, FailureNote, Generation, JobId, ModelId, NodeId, RatingEstimate, UnixMillis};

/// Tells that a candidate proved strong enough to be promoted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromotionCandidate {
    /// Which config.
    pub config: ConfigKey,
    /// The candidate.
    pub model: ModelId,
    /// The evaluation that proved it.
    pub evaluation: JobId,
    /// The champion that it takes the place of.
    pub champion: ModelId,
}

/// Tells that a candidate became the champion of its config.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelPromoted {
    /// Which config.
    pub config: ConfigKey,
    /// The new champion.
    pub model: ModelId,
    /// The one before.
    pub previous: Option<ModelId>,
    /// The new champion's number.
    pub generation: Generation,
    /// The evaluation that proved it.
    pub evaluation: JobId,
    /// Its rating.
    pub rating: RatingEstimate,
    /// The gain over the one before.
    pub gain: Elo,
}

/// Tells that a candidate was refused, or that its promotion broke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromotionFailed {
    /// Which config.
    pub config: ConfigKey,
    /// The candidate.
    pub model: ModelId,
    /// The evaluation it came from.
    pub evaluation: JobId,
    /// Which gate said no, or what broke.
    pub failure: FailureNote,
}

/// Grades a loss of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RegressionLevel {
    /// From 20 Elo by default.
    Minor,
    /// From 35 Elo by default.
    Moderate,
    /// From 50 Elo by default.
    Severe,
    /// From 75 Elo by default.
    Critical,
}

/// Tells that a champion plays worse than the best that its config had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegressionDetected {
    /// Which config.
    pub config: ConfigKey,
    /// Who plays worse.
    pub model: ModelId,
    /// How bad it is.
    pub level: RegressionLevel,
    /// Its rating.
    pub current: Elo,
    /// The best rating of the config.
    pub best: Elo,
    /// How many times in a row it was seen.
    pub consecutive: u32,
}

/// Tells that a champion that had regressed plays as well as it should again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegressionCleared {
    /// Which config.
    pub config: ConfigKey,
    /// Who recovered, or took the place of who had regressed.
    pub model: ModelId,
    /// Its rating.
    pub current: Elo,
    /// The best rating of the config.
    pub best: Elo,
    /// When.
    pub at: UnixMillis,
}

/// Tells that a config went back to an earlier champion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromotionRolledBack {
    /// Which config.
    pub config: ConfigKey,
    /// Who was champion.
    pub from: ModelId,
    /// Who is champion again.
    pub to: ModelId,
    /// The new champion's number, which no champion had before.
    pub generation: Generation,
    /// The regression that called for it; none where a person did.
    pub level: Option<RegressionLevel>,
    /// Why, for people.
    pub reason: String,
}

/// Tells that a model lies where it is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelDistributionComplete {
    /// Which config.
    pub config: ConfigKey,
    /// The model.
    pub model: ModelId,
    /// The champion's number that it was distributed as.
    pub generation: Generation,
    /// The nodes that have a checked copy.
    pub nodes: Vec<NodeId>,
    /// How long it took.
    pub duration_ms: u64,
}

/// Gives one config's share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurriculumWeight {
    /// Which config.
    pub config: ConfigKey,
    /// Its multiplier; 1 is an equal share.
    pub weight: f64,
}

/// Tells that the shares of the configs in self-play changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurriculumRebalanced {
    /// What changed them: a wire name of an event.
    pub trigger: String,
    /// The config that the trigger was about.
    pub cause: Option<ConfigKey>,
    /// Rises with every change, so that equal weights at two times are two events.
    pub revision: u64,
    /// The new shares, by config.
    pub weights: Vec<CurriculumWeight>,
}
