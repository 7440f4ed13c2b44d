//! What the curriculum keeps in the store.

use std::collections::{BTreeMap, BTreeSet};

use rr_cluster::CurriculumTable;
use rr_proto::ConfigKey;
use rr_storage::StoredValue;
use serde::{Deserialize, Serialize};

/// The weights, and how often they changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredCurriculum {
    pub revision: u64,
    pub table: CurriculumTable,
}

impl StoredCurriculum {
    pub const FACT: &str = "curriculum";
}

impl StoredValue for StoredCurriculum {
    const NAME: &'static str = "curriculum";
    const VERSION: u16 = 1;
}

/// The anchors that each config's champions surely beat.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredMastery {
    pub opponents: BTreeMap<ConfigKey, BTreeSet<String>>,
}

impl StoredMastery {
    pub const FACT: &str = "mastered";

    /// Says whether a config's champions surely beat an anchor.
    pub fn has(&self, config: ConfigKey, opponent: &str) -> bool {
        self.opponents.get(&config).is_some_and(|known| known.contains(opponent))
    }
}

impl StoredValue for StoredMastery {
    const NAME: &'static str = "mastered opponents";
    const VERSION: u16 = 1;
}
