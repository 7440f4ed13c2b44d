//! How events are handled.

use crate::check::Checks;

section! {
    /// Says how long handlers of events may take and how failures are retried.
    pub struct EventsSection as "events" {
        /// Seconds that a handler may take.
        pub handler_timeout_seconds: u64 = 600,
        /// Attempts before an event stays among the dead letters.
        pub max_attempts: u32 = 5,
        /// Wait before the first retry, in milliseconds; it doubles with each further one.
        pub retry_initial_ms: u64 = 500,
        /// Events that wait for a subscriber in memory, at most; the rest waits in the outbox.
        pub queue: u32 = 1024,
        /// Seconds that a stream of events waits for a reader that takes nothing before it cuts it off.
        pub stream_patience_seconds: u64 = 30,
        /// Seconds between two looks at the dead letters; also the wait before their first further round, which doubles with each.
        pub dead_letter_cycle_seconds: u64 = 60,
        /// Further rounds that a dead letter gets after `max_attempts`; then it waits for a person.
        pub dead_letter_rounds: u32 = 3,
        /// Hours after which a dead letter raises DLQ_STALE_EVENTS.
        pub dead_letter_stale_hours: u64 = 24,
        /// Days after which a dead letter that was given up is dropped.
        pub dead_letter_keep_days: u64 = 7,
    }
}

impl EventsSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("events.handler_timeout_seconds", self.handler_timeout_seconds, 1);
        checks.at_least("events.max_attempts", self.max_attempts.into(), 1);
        checks.at_least("events.retry_initial_ms", self.retry_initial_ms, 1);
        checks.at_least("events.queue", self.queue.into(), 1);
        checks.at_least("events.stream_patience_seconds", self.stream_patience_seconds, 1);
        checks.at_least("events.dead_letter_cycle_seconds", self.dead_letter_cycle_seconds, 1);
        checks.at_least("events.dead_letter_stale_hours", self.dead_letter_stale_hours, 1);
        checks.at_least("events.dead_letter_keep_days", self.dead_letter_keep_days, 1);
    }
}
