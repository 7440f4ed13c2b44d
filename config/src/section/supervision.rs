//! How actors are restarted and watched.

use crate::check::Checks;

section! {
    /// Says how actors are restarted and watched.
    pub struct SupervisionSection as "supervision" {
        /// Restarts of a supervisor's children within `period_seconds` before it gives up and its parent decides.
        pub max_restarts: u32 = 10,
        /// Seconds over which restarts are counted.
        pub period_seconds: u64 = 60,
        /// Wait before the first restart, in milliseconds; it doubles with each further one.
        pub backoff_initial_ms: u64 = 50,
        /// Longest wait before a restart, in milliseconds.
        pub backoff_max_ms: u64 = 30_000,
        /// Share by which a wait is lengthened or shortened at random.
        pub backoff_jitter: f64 = 0.1,
        /// Seconds that a child has to stop before it is killed.
        pub stop_seconds: u64 = 10,
        /// Seconds between two looks at the health of the actors.
        pub health_check_seconds: u64 = 30,
        /// Seconds over which the cascade breaker counts restarts of the whole node.
        pub cascade_window_seconds: u64 = 300,
        /// Seconds that it stays open.
        pub cascade_open_seconds: u64 = 120,
        /// Restarts that open it while under 40, from 40, from 60 and from 80 percent of the critical daemons run.
        pub cascade_thresholds: Vec<u32> = vec![10, 12, 15, 20],
    }
}

impl SupervisionSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("supervision.max_restarts", self.max_restarts.into(), 1);
        checks.at_least("supervision.period_seconds", self.period_seconds, 1);
        checks.at_least("supervision.backoff_initial_ms", self.backoff_initial_ms, 1);
        checks.require(
            "supervision.backoff_max_ms",
            self.backoff_max_ms >= self.backoff_initial_ms,
            "must not be under supervision.backoff_initial_ms",
        );
        checks.share("supervision.backoff_jitter", self.backoff_jitter);
        checks.at_least("supervision.stop_seconds", self.stop_seconds, 1);
        checks.at_least("supervision.health_check_seconds", self.health_check_seconds, 1);
        checks.at_least("supervision.cascade_window_seconds", self.cascade_window_seconds, 1);
        checks.require(
            "supervision.cascade_thresholds",
            self.cascade_thresholds.len() == 4
                && self.cascade_thresholds.is_sorted()
                && !self.cascade_thresholds.contains(&0),
            "must be four numbers above 0 that do not fall",
        );
    }
}
