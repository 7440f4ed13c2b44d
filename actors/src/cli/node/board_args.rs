//! `--board` and `--players`.

use clap::Args;
use rr_config::ConfigLayers;
use rr_engine::board::{BoardKind, GameConfig};
use rr_proto::ConfigKey;

use crate::cli::{Exit, Failure};

/// Names a board config.
#[derive(Debug, Clone, Copy, Args)]
pub struct BoardArgs {
    /// Board: square8, square19, hex8 or hexagonal
    #[arg(long)]
    pub board: BoardKind,
    /// Number of players: 2, 3 or 4
    #[arg(long)]
    pub players: u8,
}

impl BoardArgs {
    /// Returns the config.
    ///
    /// # Errors
    /// A player count outside 2 to 4.
    pub fn config(self) -> Result<GameConfig, Failure> {
        GameConfig::new(self.board, self.players).map_err(|error| Failure::new(Exit::Usage, error))
    }
}

/// Names a board config where the one of the configuration is not meant.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct ChosenBoard {
    /// Board: square8, square19, hex8 or hexagonal (default: loop.board)
    #[arg(long)]
    board: Option<BoardKind>,
    /// Number of players: 2, 3 or 4 (default: loop.players)
    #[arg(long)]
    players: Option<u8>,
}

impl ChosenBoard {
    /// Fills what is not given from what was given before the command.
    #[must_use]
    pub fn or(self, before: Self) -> Self {
        Self { board: self.board.or(before.board), players: self.players.or(before.players) }
    }

    /// Puts the choice over the configuration.
    ///
    /// # Errors
    /// A player count outside 2 to 4.
    pub fn over(self, mut layers: ConfigLayers) -> Result<ConfigLayers, Failure> {
        if let Some(board) = self.board {
            layers = layers.flag("--board", "loop.board", board.name());
        }
        if let Some(players) = self.players {
            let board = self.board.unwrap_or(BoardKind::Hex8);
            GameConfig::new(board, players).map_err(|error| Failure::new(Exit::Usage, error))?;
            layers = layers.flag("--players", "loop.players", players.to_string());
        }
        Ok(layers)
    }
}

/// Returns the key of a config.
///
/// # Errors
/// None: every config has a key; the type system cannot know.
pub fn key_of(config: GameConfig) -> Result<ConfigKey, Failure> {
    ConfigKey::new(config.board.name(), config.players).map_err(|error| Failure::new(Exit::Usage, error))
}

/// Refuses a count of nothing.
///
/// # Errors
/// When it is zero.
pub fn at_least_one(flag: &str, count: u64) -> Result<u64, Failure> {
    if count > 0 {
        return Ok(count);
    }
    Err(Failure::new(Exit::Usage, format!("{flag} must be at least 1, not 0: try {flag} 100")))
}
