//! What a self-play worker is told to play.

use rr_engine::board::GameConfig;
use rr_proto::{Games, JobId, ModelId};

/// Names a piece of self-play: a slot says when it has brought its games, and plays on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelfPlayTarget {
    /// The piece of work.
    pub job: JobId,
    /// Games that this slot is to bring.
    pub games: Games,
}

/// Tells self-play what to play; sending the same again changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelfPlayAssignment {
    /// Board and player count.
    pub config: GameConfig,
    /// The champion, which plays all seats.
    pub model: ModelId,
    /// Simulations of a full move.
    pub simulations: u32,
    /// Exploration of openings in hundredths: 100 is as configured, 150 half again as hot and as long.
    pub exploration: u32,
    /// What the slot is to bring; none where nothing waits.
    pub target: Option<SelfPlayTarget>,
    /// Whether to play now; games in progress wait where they are.
    pub active: bool,
}
