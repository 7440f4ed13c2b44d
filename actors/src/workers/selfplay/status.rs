//! What a self-play slot shows of itself.

use rr_engine::board::GameConfig;
use rr_proto::ModelId;

/// Describes a self-play slot at one moment; counts are since the slot was first started in this process.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SelfPlayStatus {
    /// What is played; none before the first order.
    pub config: Option<GameConfig>,
    /// Who plays in games that begin now.
    pub model: Option<ModelId>,
    /// Simulations of a full move.
    pub simulations: u32,
    /// Whether it plays now, and does not wait.
    pub playing: bool,
    /// Games in progress, those that wait included.
    pub games_in_progress: usize,
    /// Games that ended.
    pub games: u64,
    /// Games that are stored.
    pub stored: u64,
    /// Games that grew too long and were abandoned.
    pub abandoned: u64,
    /// Decisions in games that ended.
    pub plies: u64,
    /// Positions that the network evaluated.
    pub positions: u64,
    /// Positions per second of late.
    pub positions_per_second: f64,
}
