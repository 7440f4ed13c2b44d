//! How games are made.

use serde::{Deserialize, Serialize};

use crate::check::Checks;

/// Says what self-play does while a network is trained or measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WhileTraining {
    /// Pauses where one or two cores would have to do both, goes on otherwise.
    Auto,
    /// Pauses: games in progress wait where they are.
    Pause,
    /// Goes on.
    Continue,
}

impl WhileTraining {
    /// Says whether self-play pauses on a machine with so many cores.
    #[must_use]
    pub const fn pauses(self, cores: usize) -> bool {
        match self {
            Self::Auto => cores <= 2,
            Self::Pause => true,
            Self::Continue => false,
        }
    }
}

section! {
    /// Says how self-play makes games.
    pub struct SelfplaySection as "selfplay" {
        /// Whether this node plays.
        pub enabled: bool = true,
        /// Threads that play; 0 takes one per core.
        pub threads: u32 = 0,
        /// Games that one thread plays at the same time, so that batches fill.
        pub games_per_thread: u32 = 32,
        /// Simulations of a full move; 0 follows the config's budget, which grows with its games and its Elo.
        pub simulations: u32 = 0,
        /// What self-play does while a network is trained or measured: auto pauses on one or two cores, pause, or continue.
        pub while_training: WhileTraining = WhileTraining::Auto,
        /// Share of moves searched with the full budget; only they give policy targets.
        pub full_search_share: f64 = 0.25,
        /// The other moves get the full budget divided by this, and give value targets only.
        pub fast_search_divisor: u32 = 4,
        /// Moves at the start of a game that are sampled rather than chosen, at most.
        pub opening_moves: u32 = 8,
        /// Softmax temperature of that sampling.
        pub opening_temperature: f64 = 1.0,
        /// Plies after which a game is abandoned and not stored.
        pub max_plies: u32 = 2000,
        /// Finished games that are stored in one transaction, at most.
        pub commit_games: u32 = 16,
        /// How long a finished game waits for others before it is stored, in milliseconds.
        pub commit_ms: u64 = 1000,
        /// Seed of all games; the same seed and model give the same games.
        pub seed: u64 = 0,
    }
}

impl SelfplaySection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("selfplay.games_per_thread", self.games_per_thread.into(), 1);
        checks.share("selfplay.full_search_share", self.full_search_share);
        checks.require(
            "selfplay.full_search_share",
            self.full_search_share > 0.0,
            "must be above 0, or no move is learnt",
        );
        checks.at_least("selfplay.fast_search_divisor", self.fast_search_divisor.into(), 1);
        checks.positive("selfplay.opening_temperature", self.opening_temperature);
        checks.at_least("selfplay.max_plies", self.max_plies.into(), 1);
        checks.at_least("selfplay.commit_games", self.commit_games.into(), 1);
    }
}
