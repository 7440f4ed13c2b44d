//! What the queue keeps in the store, besides the jobs themselves.

use rr_cluster::PlayQueue;
use rr_storage::StoredValue;
use serde::{Deserialize, Serialize};

/// The pieces of self-play that wait or are at work.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredQueue {
    pub queue: PlayQueue,
}

impl StoredQueue {
    pub const FACT: &str = "self-play queue";
}

impl StoredValue for StoredQueue {
    const NAME: &'static str = "self-play queue";
    const VERSION: u16 = 1;
}
