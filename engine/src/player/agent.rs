//! What a player is to those who run games.

use std::fmt;
use std::str::FromStr;

use rand_chacha::ChaCha8Rng;

use crate::search::{Game, SearchError};

/// Chooses actions in one game at a time.
pub trait Agent<G: Game>: Send {
    /// Chooses the place in `actions`, the full list of the mover's actions and never empty, of the action to play.
    ///
    /// # Errors
    /// When an evaluation that the choice needs fails.
    fn choose(&mut self, game: &G, actions: &[G::Action], rng: &mut ChaCha8Rng)
    -> Result<usize, SearchError>;

    /// Learns that an action was played, by anybody.
    fn played(&mut self, _action: G::Action) {}
}

/// Names a player that needs no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgentKind {
    /// Plays uniformly random decisions.
    Random,
    /// Plays what the repaired heuristic scores highest one ply ahead.
    Heuristic,
    /// Plays what the heuristic as the reference has it scores highest one ply ahead.
    ReferenceHeuristic,
    /// Looks two decisions ahead with max^n and alpha-beta's cuts, and judges by the repaired heuristic.
    AlphaBeta,
    /// Searches by PUCT with priors and values of the repaired heuristic.
    Puct,
}

impl AgentKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Random, Self::Heuristic, Self::ReferenceHeuristic, Self::AlphaBeta, Self::Puct];

    /// Returns the name that commands and match records use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Heuristic => "heuristic",
            Self::ReferenceHeuristic => "reference-heuristic",
            Self::AlphaBeta => "alpha-beta",
            Self::Puct => "puct",
        }
    }
}

impl fmt::Display for AgentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AgentKind {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, SearchError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| SearchError::UnknownAgent(text.to_owned()))
    }
}
