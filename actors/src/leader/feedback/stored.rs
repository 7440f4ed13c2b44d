//! What feedback keeps in the store.

use std::collections::VecDeque;

use rr_cluster::FeedbackState;
use rr_proto::{ConfigKey, EventId};
use rr_storage::{StorageError, StoreSnapshot, StoredValue};
use serde::{Deserialize, Serialize};

/// Events that are remembered, so that one that comes again changes nothing.
const REMEMBERED: usize = 64;

/// What is set for a config, and the events that it comes from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredFeedback {
    pub state: FeedbackState,
    heard: VecDeque<EventId>,
}

impl StoredFeedback {
    /// Returns the name under which the feedback of a config is stored.
    pub fn fact(config: ConfigKey) -> String {
        format!("feedback/{config}")
    }

    /// Reads what is set for a config; the default, which changes nothing, where nothing is.
    pub fn read(snapshot: &StoreSnapshot, config: ConfigKey) -> Result<Self, StorageError> {
        Ok(snapshot.fact(&Self::fact(config))?.unwrap_or_default())
    }

    /// Remembers an event and says whether it is new.
    pub fn is_new(&mut self, event: EventId) -> bool {
        if self.heard.contains(&event) {
            return false;
        }
        self.heard.push_back(event);
        self.heard.drain(..self.heard.len().saturating_sub(REMEMBERED));
        true
    }
}

impl StoredValue for StoredFeedback {
    const NAME: &'static str = "feedback";
    const VERSION: u16 = 1;
}
