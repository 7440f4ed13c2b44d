//! What the scheduler keeps in the store.

use std::collections::BTreeMap;

use rr_cluster::HeardSignals;
use rr_proto::{ConfigKey, Games};
use rr_storage::StoredValue;
use serde::{Deserialize, Serialize};

/// What was heard of the configs, and the targets that were told of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredSchedule {
    pub heard: BTreeMap<ConfigKey, HeardSignals>,
    pub targets: BTreeMap<ConfigKey, Games>,
}

impl StoredSchedule {
    pub const FACT: &str = "schedule";
}

impl StoredValue for StoredSchedule {
    const NAME: &'static str = "schedule";
    const VERSION: u16 = 1;
}
