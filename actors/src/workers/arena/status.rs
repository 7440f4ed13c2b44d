//! What the arena shows of itself.

use rr_engine::board::GameConfig;
use rr_proto::{JobId, MatchTally, ModelId, SprtProgress};

use super::match_plan::MatchPart;

/// Describes the evaluation at work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArenaStatus {
    /// Board and player count.
    pub config: GameConfig,
    /// The evaluation.
    pub job: JobId,
    /// Who is measured.
    pub candidate: ModelId,
    /// Against whom.
    pub champion: ModelId,
    /// Whom it plays now.
    pub part: MatchPart,
    /// Results against that opponent, of whole openings.
    pub tally: MatchTally,
    /// The test against the champion.
    pub sprt: SprtProgress,
    /// Games against that opponent, at most.
    pub max_games: u32,
}
