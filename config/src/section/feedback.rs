//! How results steer what is played and trained next.

use crate::check::Checks;

section! {
    /// Says how far feedback may change what is played and trained next, and for how long.
    pub struct FeedbackSection as "feedback" {
        /// Highest factor on the temperature and on the number of sampled moves of openings; 1 switches exploration by feedback off.
        pub exploration_max: f64 = 2.0,
        /// Seconds after which a factor on exploration ends by itself.
        pub exploration_seconds: u64 = 3600,
        /// Lowest factor on the learning rate; 1 switches its change by feedback off.
        pub learning_rate_min: f64 = 0.5,
        /// Seconds after which a factor on the learning rate ends by itself.
        pub learning_rate_seconds: u64 = 21_600,
        /// Hours without progress after which a config counts as stalled.
        pub stall_hours: f64 = 24.0,
        /// Elo gained in an hour under which a config makes no progress.
        pub stall_elo_per_hour: f64 = 0.5,
        /// Hours between two attempts to help a stalled config.
        pub recovery_hours: f64 = 6.0,
        /// Attempts to help a stalled config before it is left to people.
        pub max_recoveries: u32 = 4,
        /// Seconds between two looks at the progress of the configs.
        pub progress_seconds: u64 = 600,
    }
}

impl FeedbackSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.require(
            "feedback.exploration_max",
            (1.0..=4.0).contains(&self.exploration_max),
            "must be between 1 and 4",
        );
        checks.at_least("feedback.exploration_seconds", self.exploration_seconds, 1);
        checks.require(
            "feedback.learning_rate_min",
            (0.1..=1.0).contains(&self.learning_rate_min),
            "must be between 0.1 and 1",
        );
        checks.at_least("feedback.learning_rate_seconds", self.learning_rate_seconds, 1);
        checks.positive("feedback.stall_hours", self.stall_hours);
        checks.not_negative("feedback.stall_elo_per_hour", self.stall_elo_per_hour);
        checks.positive("feedback.recovery_hours", self.recovery_hours);
        checks.at_least("feedback.progress_seconds", self.progress_seconds, 1);
    }
}
