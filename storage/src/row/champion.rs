//! Champions: one name per config that points to a model and moves by compare-and-set only.

use rr_proto::{ConfigKey, Generation, JobId, ModelId, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::StoredValue;

/// Says which model is a config's champion, since when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChampionRow {
    /// The champion.
    pub model: ModelId,
    /// The champion before it.
    pub previous: Option<ModelId>,
    /// Its number; the random start is 0. Numbers never fall: a champion that returns gets a new one.
    pub generation: Generation,
    /// The evaluation that proved it; none for the random start, and for one that returned in place of a weaker successor.
    pub evaluation: Option<JobId>,
    /// Since when.
    pub since: UnixMillis,
}

impl StoredValue for ChampionRow {
    const NAME: &'static str = "champion";
    const VERSION: u16 = 1;
}

/// Pairs a config with its champion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Champion {
    /// Which config.
    pub config: ConfigKey,
    /// Its champion.
    pub row: ChampionRow,
}

/// Says whether the pointer moved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum ChampionSwap {
    /// It moved.
    Moved,
    /// It points to the wanted model already, by the same evaluation and under the same number: the move was made before.
    Already,
    /// Somebody else moved it; nothing changed.
    Lost {
        /// What it points to.
        current: Option<ModelId>,
    },
}
