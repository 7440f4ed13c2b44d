//! Payloads of events by which results steer what is played and trained next.

use serde::{Deserialize, Serialize};

use crate::{ConfigKey, Elo, EloPerHour, Games, JobId, ModelId, TrainingSteps, UnixMillis};

/// Names what stopped getting better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PlateauMetric {
    /// The rating of the config's champion.
    Elo,
    /// The loss of its training runs.
    Loss,
}

/// Tells that a metric of a config stopped getting better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlateauDetected {
    /// Which config.
    pub config: ConfigKey,
    /// What.
    pub metric: PlateauMetric,
    /// Its best value.
    pub best: f64,
    /// Its newest value.
    pub current: f64,
    /// How many results in a row were no better.
    pub results: u32,
    /// When.
    pub at: UnixMillis,
}

/// Tells that a config has made no progress for too long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgressStallDetected {
    /// Which config.
    pub config: ConfigKey,
    /// How fast it gains.
    pub velocity: EloPerHour,
    /// How long it has not gained.
    pub stalled_ms: u64,
    /// By how much its share of self-play should rise.
    pub boost: f64,
    /// Which attempt to help this is, from 1.
    pub recovery_attempt: u32,
    /// When.
    pub at: UnixMillis,
}

/// Tells that a config gains again after a stall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgressRecovered {
    /// Which config.
    pub config: ConfigKey,
    /// How fast it gains.
    pub velocity: EloPerHour,
    /// How long it had not gained.
    pub stalled_ms: u64,
    /// When.
    pub at: UnixMillis,
}

/// Tells that a champion beats an opponent so surely that games against it teach nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpponentMastered {
    /// Which config.
    pub config: ConfigKey,
    /// Who beats it.
    pub model: ModelId,
    /// An anchor's name (`random`, `heuristic`) or a model hash.
    pub opponent: String,
    /// The share of points, from 0 to 1.
    pub score: f64,
    /// In how many games.
    pub games: Games,
}

/// Names a parameter that feedback may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TunedParameter {
    /// The peak learning rate of a training run.
    LearningRate,
    /// How often each new sample is drawn.
    Epochs,
    /// The temperature of moves in self-play.
    Temperature,
    /// The share of noise at the root.
    RootNoise,
    /// The simulations of a search.
    Simulations,
}

/// Tells that feedback changed a parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HyperparameterUpdated {
    /// Which config.
    pub config: ConfigKey,
    /// Which parameter.
    pub parameter: TunedParameter,
    /// Its value before.
    pub from: f64,
    /// Its value now.
    pub to: f64,
    /// Why, for people.
    pub reason: String,
    /// When.
    pub at: UnixMillis,
}

/// Tells that a config should explore more for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplorationBoost {
    /// Which config.
    pub config: ConfigKey,
    /// By how much: 1 is as usual.
    pub factor: f64,
    /// Until when.
    pub until: UnixMillis,
    /// Why, for people.
    pub reason: String,
}

/// Tells that the loss of a training run was not what it should be, and that the run went back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingLossAnomaly {
    /// Which config.
    pub config: ConfigKey,
    /// The run.
    pub job: JobId,
    /// The step where it went bad.
    pub step: TrainingSteps,
    /// The step it went back to.
    pub back_to: TrainingSteps,
    /// What was seen, for people.
    pub reason: String,
    /// The part of the learning rate that is left.
    pub rate_scale: f64,
}

/// Tells that a config should be played more, less or otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfplayTargetUpdated {
    /// Which config.
    pub config: ConfigKey,
    /// How many games were wanted.
    pub from: Games,
    /// How many are wanted now.
    pub to: Games,
    /// Why, for people.
    pub reason: String,
    /// When.
    pub at: UnixMillis,
}

/// Tells that a piece of work waits to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkQueued {
    /// Which config.
    pub config: ConfigKey,
    /// The work.
    pub job: JobId,
    /// Games it is to bring.
    pub games: Games,
    /// Its place among others: the highest goes first.
    pub priority: u32,
}

/// Tells that a config's rating changed by new games.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EloUpdated {
    /// Which config.
    pub config: ConfigKey,
    /// Who is rated.
    pub model: ModelId,
    /// The rating before; none for a newcomer.
    pub previous: Option<Elo>,
    /// The rating now.
    pub rating: crate::RatingEstimate,
    /// The games behind it.
    pub games: Games,
    /// Whether it is the config's champion.
    pub champion: bool,
    /// How fast the champions of the config gain.
    pub velocity: EloPerHour,
}
