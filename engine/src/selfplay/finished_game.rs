//! A game of a fleet that has ended.

use super::live_game::PlayedPly;
use super::settings::GameTask;
use crate::player::NetworkGame;
use crate::search::Utilities;

/// Holds a game that has ended.
#[derive(Clone, Debug)]
pub struct FinishedGame<G: NetworkGame> {
    /// What was asked for.
    pub task: GameTask,
    /// The last state.
    pub state: G,
    /// All decisions.
    pub plies: Vec<PlayedPly<G::Action>>,
    /// Utilities by absolute seat; equal shares where the game was cut off.
    pub utilities: Utilities,
    /// Whether the game was cut off for its length.
    pub adjudicated: bool,
    /// Simulations of all searches.
    pub simulations: u64,
}
