//! The only view of a game that the search has.

use std::fmt::Debug;

/// Counts the seats that a utility vector has room for.
pub const MAX_PLAYERS: usize = 4;

/// Holds one utility per absolute seat, in `0.0..=1.0`; seats beyond the player count hold zero.
pub type Utilities = [f32; MAX_PLAYERS];

/// Describes a deterministic turn-based game of perfect information.
///
/// Two states with equal [`Game::key`] must list the same actions in the same order: the evaluation cache stores logits by position in that list.
pub trait Game: Clone {
    /// Names one decision of the mover.
    type Action: Copy + PartialEq + Debug + Send;

    /// Returns how many seats play, `1..=MAX_PLAYERS`.
    fn players(&self) -> usize;

    /// Returns the seat that decides now; meaningless once the game is over.
    fn mover(&self) -> usize;

    /// Tells whether the game has ended.
    fn is_over(&self) -> bool;

    /// Returns the exact utilities of a finished game by absolute seat.
    fn utilities(&self) -> Utilities;

    /// Replaces the content of `out` with the mover's actions; at least one unless the game is over.
    fn actions(&self, out: &mut Vec<Self::Action>);

    /// Plays one action of the current list.
    fn apply(&mut self, action: Self::Action);

    /// Returns a hash of everything that the future of the game depends on.
    fn key(&self) -> u64;
}
