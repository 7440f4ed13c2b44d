//! Payloads of events about games.

use serde::{Deserialize, Serialize};

use crate::{ConfigKey, Games, ModelId, NodeId, Samples, UnixMillis};

/// Tells that games of a config are stored and can be trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewGamesAvailable {
    /// Which config.
    pub config: ConfigKey,
    /// How many games came with this commit.
    pub new_games: Games,
    /// How many samples came with it.
    pub new_samples: Samples,
    /// How many games of the config are stored now.
    pub total_games: Games,
    /// How many samples of the config are stored now.
    pub total_samples: Samples,
    /// The model that played; none for games of players without a network.
    pub model: Option<ModelId>,
    /// The node that played.
    pub node: NodeId,
}

/// Tells that a slot of self-play ended what it was told to play.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfplayComplete {
    /// Which config.
    pub config: ConfigKey,
    /// The model that played; none for games of players without a network.
    pub model: Option<ModelId>,
    /// The node that played.
    pub node: NodeId,
    /// Its slot.
    pub slot: u32,
    /// Games that were finished and stored.
    pub games: Games,
    /// How long it took.
    pub duration_ms: u64,
    /// When.
    pub at: UnixMillis,
}
