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
        /// Seconds that an actor may be at one message before it counts as hung and is restarted.
        pub handler_limit_seconds: u64 = 600,
        /// Seconds over which the cascade breaker counts restarts of the whole node.
        pub cascade_window_seconds: u64 = 300,
        /// Seconds that it stays open.
        pub cascade_open_seconds: u64 = 120,
        /// Seconds that actors which are not critical wait longer than the critical ones once it closes.
        pub cascade_lead_seconds: u64 = 5,
        /// Restarts that open it while under 40, from 40, from 60 and from 80 percent of the critical daemons run.
        pub cascade_thresholds: Vec<u32> = vec![10, 12, 15, 20],
        /// Wait before the second restart in a row of a daemon that nothing stands on; it doubles with each further one.
        pub daemon_backoff_seconds: u64 = 5,
        /// Longest of these waits.
        pub daemon_backoff_max_seconds: u64 = 320,
        /// Wait before each restart after the tenth in a row.
        pub daemon_degraded_seconds: u64 = 14_400,
        /// The same for a critical daemon.
        pub daemon_degraded_critical_seconds: u64 = 1_800,
        /// Restarts of a daemon within an hour before it is left alone for `daemon_failed_seconds`.
        pub daemon_restarts_per_hour: u32 = 10,
        /// How long it is left alone then.
        pub daemon_failed_seconds: u64 = 86_400,
        /// Seconds that a daemon has to run before its restarts are counted afresh.
        pub daemon_stable_seconds: u64 = 7_200,
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
        checks.at_least("supervision.handler_limit_seconds", self.handler_limit_seconds, 1);
        checks.at_least("supervision.daemon_backoff_seconds", self.daemon_backoff_seconds, 1);
        checks.require(
            "supervision.daemon_backoff_max_seconds",
            self.daemon_backoff_max_seconds >= self.daemon_backoff_seconds,
            "must not be under supervision.daemon_backoff_seconds",
        );
        checks.at_least("supervision.daemon_restarts_per_hour", self.daemon_restarts_per_hour.into(), 1);
        checks.at_least("supervision.daemon_stable_seconds", self.daemon_stable_seconds, 1);
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
