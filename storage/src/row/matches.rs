//! Matches: the append-only log that ratings are computed from.

use rr_proto::{ConfigKey, GameId, JobId, MatchId, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::StoredValue;

/// Records one rated game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchRow {
    /// Names the match; the same name is recorded once.
    pub id: MatchId,
    /// Which config was played.
    pub config: ConfigKey,
    /// The evaluation it belongs to.
    pub job: Option<JobId>,
    /// Who sat where: a model hash, or the name of an anchor.
    pub seats: Vec<String>,
    /// The place of each seat; 1 is best, equal numbers are tied.
    pub places: Vec<u8>,
    /// The stored game, where its record was kept.
    pub game: Option<GameId>,
    /// When it ended.
    pub played_at: UnixMillis,
}

impl StoredValue for MatchRow {
    const NAME: &'static str = "match";
    const VERSION: u16 = 1;
}

/// Says what became of a match that was to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum MatchAppend {
    /// It is recorded at this place of its config's log.
    Stored {
        /// Its place, from 0.
        sequence: u64,
    },
    /// It was recorded before; nothing changed.
    Duplicate,
}
