//! How the bus treats its subscribers.

use std::time::Duration;

use crate::supervision::Backoff;

/// Says how long handlers may take, how failures are tried again, and how much is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BusSettings {
    /// How long a handler may take to answer a delivery.
    pub handler_timeout: Duration,
    /// Tries of an event before it stays among the dead letters for a person.
    pub max_attempts: u32,
    /// Waits between the tries of a dead letter.
    pub retry: Backoff,
    /// Times that a subscriber may die over the same event before it counts as a failed try.
    pub max_deaths: u32,
    /// Events under way to one live subscriber; beyond that it loses them.
    pub live_queue: usize,
    /// How long a stream waits for its reader before it cuts it off.
    pub stream_patience: Duration,
    /// Transient events that are remembered to refuse duplicates.
    pub dedup_window: usize,
    /// Handled events that are kept for looking back.
    pub history: u64,
}

impl Default for BusSettings {
    fn default() -> Self {
        Self {
            handler_timeout: Duration::from_secs(600),
            max_attempts: 5,
            retry: Backoff {
                immediate: 0,
                initial: Duration::from_millis(500),
                max: Duration::from_secs(600),
                ..Backoff::default()
            },
            max_deaths: 3,
            live_queue: 1_024,
            stream_patience: Duration::from_secs(30),
            dedup_window: 10_000,
            history: 10_000,
        }
    }
}

impl From<&rr_config::EventsSection> for BusSettings {
    fn from(section: &rr_config::EventsSection) -> Self {
        let standard = Self::default();
        Self {
            handler_timeout: Duration::from_secs(section.handler_timeout_seconds),
            max_attempts: section.max_attempts,
            retry: Backoff { initial: Duration::from_millis(section.retry_initial_ms), ..standard.retry },
            live_queue: section.queue as usize,
            stream_patience: Duration::from_secs(section.stream_patience_seconds),
            ..standard
        }
    }
}
