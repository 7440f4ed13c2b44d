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
    }
}

impl EventsSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("events.handler_timeout_seconds", self.handler_timeout_seconds, 1);
        checks.at_least("events.max_attempts", self.max_attempts.into(), 1);
        checks.at_least("events.retry_initial_ms", self.retry_initial_ms, 1);
        checks.at_least("events.queue", self.queue.into(), 1);
    }
}
