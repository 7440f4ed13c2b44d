//! Rounds in which one player alone could act.

use super::{MAX_PLAYERS, Player};

/// Keeps the state of last-player-standing round counting.
///
/// # Source
/// RR-CANON-R172; S15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LpsState {
    /// Number of the current round; 0 before the first recorded turn.
    pub round: u32,
    /// Who opened the current round.
    pub first: Option<Player>,
    /// Per player, whether a real action was there at the turn's start in this round.
    pub acted: [Option<bool>; MAX_PLAYERS],
    /// Who alone could act in the last completed round.
    pub exclusive: Option<Player>,
    /// Completed rounds in a row with the same exclusive player.
    pub streak: u32,
    /// Whose streak it is.
    pub streak_player: Option<Player>,
}
