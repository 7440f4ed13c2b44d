//! Games: the record as bytes, and what is known without reading it.

use rr_proto::{ConfigKey, GameId, Games, ModelId, Plies, Samples, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::StoredValue;

/// Says where a game comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum GameOrigin {
    /// Self-play; it carries training targets.
    SelfPlay,
    /// A game of an evaluation.
    Arena,
    /// A file that a person brought.
    Import,
}

/// Says whether a replay under the rules reproduced the game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum GameParity {
    /// Nobody looked yet: it may not train without a grant.
    Pending,
    /// It did.
    Passed,
    /// It did not: it never trains.
    Failed,
}

/// Holds a game that is to be stored. Its identifier is the hash of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGame {
    /// Which config was played.
    pub config: ConfigKey,
    /// How many plies it has.
    pub plies: Plies,
    /// How many of its positions carry a training target.
    pub samples: Samples,
    /// Where it comes from.
    pub source: GameOrigin,
    /// The models that played, each once.
    pub models: Vec<ModelId>,
    /// Whether a replay reproduced it.
    pub parity: GameParity,
    /// When it ended.
    pub finished_at: UnixMillis,
    /// The record, in the format of the crate that wrote it.
    pub record: Vec<u8>,
}

impl NewGame {
    /// Returns the identifier that the game will have.
    #[must_use]
    pub fn id(&self) -> GameId {
        GameId::of(&self.record)
    }
}

/// Describes a stored game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GameRow {
    /// The hash of the record.
    pub id: GameId,
    /// Which config was played.
    pub config: ConfigKey,
    /// Its place in the log of its config, from 0.
    pub sequence: u64,
    /// How many plies it has.
    pub plies: Plies,
    /// How many of its positions carry a training target.
    pub samples: Samples,
    /// Where it comes from.
    pub source: GameOrigin,
    /// The models that played, each once.
    pub models: Vec<ModelId>,
    /// Whether a replay reproduced it.
    pub parity: GameParity,
    /// When it ended.
    pub finished_at: UnixMillis,
    /// The length of the record before compression.
    pub record_bytes: u64,
}

impl StoredValue for GameRow {
    const NAME: &'static str = "game";
    const VERSION: u16 = 1;
}

/// Gives a game's place in the log of its config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GameLogEntry {
    /// Its place, from 0.
    pub sequence: u64,
    /// The game.
    pub id: GameId,
    /// Samples of the config up to and with this game.
    pub samples_so_far: Samples,
}

/// Counts what is stored of a config.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GameTotals {
    /// Games.
    pub games: Games,
    /// Samples in them.
    pub samples: Samples,
}

/// Says what became of a game that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum GameAppend {
    /// It is stored at this place of its config's log.
    Stored {
        /// The game.
        id: GameId,
        /// Its place, from 0.
        sequence: u64,
    },
    /// The same record was stored before; nothing changed.
    Duplicate {
        /// The game.
        id: GameId,
    },
}
