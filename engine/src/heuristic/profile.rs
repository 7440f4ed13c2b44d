//! The named weight tables.

use std::fmt;

use super::{
    HeuristicWeights,
    profile_weights::{
        AGGRESSIVE, BALANCED, DEFENSIVE, FOUR_PLAYERS, SQUARE19_TWO_PLAYERS, TERRITORIAL, THREE_PLAYERS,
    },
};
use crate::board::{BoardKind, GameConfig};

/// Names a table of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HeuristicProfile {
    /// The defaults that the other tables vary.
    Balanced,
    /// Eliminations, overtaking and closeness to victory weigh more, safety less.
    Aggressive,
    /// Territory, its closure and its safety weigh more.
    Territorial,
    /// Material, mobility and safety weigh more.
    Defensive,
    /// Every weight halved.
    Weak,
    /// Every weight at three quarters.
    Medium,
    /// Tuned for two players on square19.
    Square19TwoPlayers,
    /// Tuned for three players.
    ThreePlayers,
    /// Tuned for four players.
    FourPlayers,
}

impl HeuristicProfile {
    /// Every profile.
    pub const ALL: [Self; 9] = [
        Self::Balanced,
        Self::Aggressive,
        Self::Territorial,
        Self::Defensive,
        Self::Weak,
        Self::Medium,
        Self::Square19TwoPlayers,
        Self::ThreePlayers,
        Self::FourPlayers,
    ];

    /// Returns the profile tuned for a configuration, [`Self::Balanced`] where none was.
    #[must_use]
    pub fn for_config(config: GameConfig) -> Self {
        match (config.board, config.players) {
            (BoardKind::Square19, 2) => Self::Square19TwoPlayers,
            (_, 3) => Self::ThreePlayers,
            (_, 4) => Self::FourPlayers,
            _ => Self::Balanced,
        }
    }

    /// Returns the weights of this profile.
    #[must_use]
    pub const fn weights(self) -> HeuristicWeights {
        match self {
            Self::Balanced => BALANCED,
            Self::Aggressive => AGGRESSIVE,
            Self::Territorial => TERRITORIAL,
            Self::Defensive => DEFENSIVE,
            Self::Weak => BALANCED.scaled(0.5),
            Self::Medium => BALANCED.scaled(0.75),
            Self::Square19TwoPlayers => SQUARE19_TWO_PLAYERS,
            Self::ThreePlayers => THREE_PLAYERS,
            Self::FourPlayers => FOUR_PLAYERS,
        }
    }

    /// Returns the profile with this [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// Returns the short name, as [`fmt::Display`] writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Aggressive => "aggressive",
            Self::Territorial => "territorial",
            Self::Defensive => "defensive",
            Self::Weak => "weak",
            Self::Medium => "medium",
            Self::Square19TwoPlayers => "sq19_2p",
            Self::ThreePlayers => "3p",
            Self::FourPlayers => "4p",
        }
    }
}

impl fmt::Display for HeuristicProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
