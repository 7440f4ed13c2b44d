//! The durable outbox: events in order of arrival, and those that a subscriber could not handle.

use rr_proto::{FailureNote, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::StoredValue;

/// Holds a stored event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEvent {
    /// Its place in the outbox.
    pub sequence: u64,
    /// The encoded envelope.
    pub envelope: Vec<u8>,
}

/// Says what became of an event that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum EventAppend {
    /// It is stored at this place.
    Stored {
        /// Its place.
        sequence: u64,
    },
    /// The same event is among the newest; nothing changed.
    Duplicate {
        /// The place of the first one.
        sequence: u64,
    },
}

/// Holds an event that a subscriber could not handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Who could not.
    pub subscriber: String,
    /// The event's place in the outbox.
    pub sequence: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried again; none once it is given up.
    pub retry_at: Option<UnixMillis>,
    /// Why the last try failed.
    pub failure: FailureNote,
    /// The encoded envelope.
    pub envelope: Vec<u8>,
}

impl StoredValue for DeadLetter {
    const NAME: &'static str = "dead letter";
    const VERSION: u16 = 1;
}
