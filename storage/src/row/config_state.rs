//! The state of a board config, as its owner packed it.

use serde::{Deserialize, Serialize};

use crate::StoredValue;

/// Holds the state of a board config's loop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigStateRow {
    /// Rises by one with every write.
    pub revision: u64,
    /// The version of the fold that made the state.
    pub fold_version: u16,
    /// The state, as its owner packed it.
    pub state: Vec<u8>,
}

impl StoredValue for ConfigStateRow {
    const NAME: &'static str = "config state";
    const VERSION: u16 = 1;
}

/// Says whether a state was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum StateWrite {
    /// It is written under this revision.
    Written {
        /// The new revision.
        revision: u64,
    },
    /// Somebody else wrote meanwhile; nothing changed.
    Stale {
        /// The revision that is stored.
        current: u64,
    },
}
