//! What a game of a fleet is to be: who sits where, how long they think, how it opens.

use super::game_rng::game_seed;
use crate::board::BoardKind;
use crate::player::AgentKind;
use crate::search::{MAX_PLAYERS, PlayoutCap, SearchBudget, SearchParams};

/// Holds how the network players of one game think and choose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaySettings {
    /// Simulations of a full move.
    pub budget: SearchBudget,
    /// Share of full moves and what the others get.
    pub playout_cap: PlayoutCap,
    /// Shape of the search.
    pub params: SearchParams,
    /// Decisions from the start that are sampled from the improved policy; later ones play the survivor of sequential halving.
    pub sampled_plies: u32,
    /// Temperature of those decisions.
    pub temperature: f32,
    /// Decisions after which a game without a winner ends as a draw: every seat gets an equal share.
    pub max_plies: u32,
}

impl PlaySettings {
    /// Returns the settings of self-play with a budget.
    pub fn self_play(budget: SearchBudget) -> Self {
        Self {
            budget,
            playout_cap: PlayoutCap::default(),
            params: SearchParams::default(),
            sampled_plies: 16,
            temperature: 1.0,
            max_plies: 2_000,
        }
    }

    /// Returns the same settings fitted to a board: openings of a quarter as many decisions as cells, and a search for many actions on the large
    /// boards.
    pub fn for_board(self, board: BoardKind) -> Self {
        let SearchParams { considered, interior_actions, .. } =
            if board.descriptor().words > 1 { SearchParams::large_board() } else { SearchParams::default() };
        let sampled_plies = if self.sampled_plies > 0 { board.geometry().cells() as u32 / 4 } else { 0 };
        Self { params: SearchParams { considered, interior_actions, ..self.params }, sampled_plies, ..self }
    }

    /// Returns the settings of evaluation games: every move at full budget, no noise, no sampling.
    pub fn evaluation(budget: SearchBudget) -> Self {
        Self {
            playout_cap: PlayoutCap::OFF,
            params: SearchParams::default().without_noise(),
            sampled_plies: 0,
            ..Self::self_play(budget)
        }
    }
}

/// Says who plays a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeatPlan {
    /// A search with the model of this number among the fleet's models.
    Model(usize),
    /// A player without a network.
    Agent(AgentKind),
}

/// Says how the first decisions of a game are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Opening {
    /// The players decide from the start.
    #[default]
    Played,
    /// Uniformly random decisions that depend on nothing but this seed, so that several games can share them.
    Random {
        /// Seed of the opening.
        seed: u64,
        /// Number of decisions.
        plies: u32,
    },
}

/// Describes one game completely: two tasks that are equal give the same game, byte for byte, with the same models.
#[derive(Clone, Debug, PartialEq)]
pub struct GameTask {
    /// Number of the game in its run.
    pub index: u64,
    /// Seed of the run.
    pub run_seed: u64,
    /// Who plays each seat; seats beyond the player count are ignored.
    pub seats: [SeatPlan; MAX_PLAYERS],
    /// How the game opens.
    pub opening: Opening,
    /// How its network players play.
    pub settings: PlaySettings,
}

impl GameTask {
    /// Returns the seed of all random numbers of the game, openings aside.
    pub fn seed(&self) -> u64 {
        game_seed(self.run_seed, self.index)
    }
}
