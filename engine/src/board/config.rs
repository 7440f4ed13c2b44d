//! A board with a number of players.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::BoardKind;
use crate::EngineError;

/// Pairs a board with a number of players; written `hex8_2p`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GameConfig {
    /// The board.
    pub board: BoardKind,
    /// Number of players, 2 to 4.
    pub players: u8,
}

impl GameConfig {
    /// All twelve configs, board by board.
    pub const ALL: [GameConfig; 12] = {
        let mut all = [GameConfig { board: BoardKind::Square8, players: 2 }; 12];
        let mut i = 0;
        while i < 12 {
            all[i] = GameConfig { board: BoardKind::ALL[i / 3], players: 2 + (i % 3) as u8 };
            i += 1;
        }
        all
    };

    /// Pairs board and player count.
    ///
    /// # Errors
    /// A player count outside 2 to 4.
    pub fn new(board: BoardKind, players: u8) -> Result<Self, EngineError> {
        if (2..=4).contains(&players) {
            Ok(GameConfig { board, players })
        } else {
            Err(EngineError::PlayerCount(players.into()))
        }
    }

    /// Returns the key, `<board>_<players>p`.
    pub fn key(self) -> String {
        self.to_string()
    }
}

impl fmt::Display for GameConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}p", self.board, self.players)
    }
}

impl FromStr for GameConfig {
    type Err = EngineError;

    fn from_str(key: &str) -> Result<Self, EngineError> {
        let unknown = || EngineError::UnknownConfig(key.to_owned());
        let (board, players) = key.strip_suffix('p').and_then(|k| k.rsplit_once('_')).ok_or_else(unknown)?;
        let board: BoardKind = board.parse()?;
        let players: u8 = players.parse().map_err(|_| unknown())?;
        GameConfig::new(board, players)
    }
}

impl TryFrom<String> for GameConfig {
    type Error = EngineError;

    fn try_from(key: String) -> Result<Self, EngineError> {
        key.parse()
    }
}

impl From<GameConfig> for String {
    fn from(config: GameConfig) -> String {
        config.key()
    }
}
