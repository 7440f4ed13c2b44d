//! What a self-play worker is told to play.

use rr_engine::board::GameConfig;
use rr_proto::ModelId;

/// Tells self-play what to play; sending the same again changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelfPlayAssignment {
    /// Board and player count.
    pub config: GameConfig,
    /// The champion, which plays all seats.
    pub model: ModelId,
    /// Simulations of a full move.
    pub simulations: u32,
    /// Whether to play now; games in progress wait where they are.
    pub active: bool,
}
