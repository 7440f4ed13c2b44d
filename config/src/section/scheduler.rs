//! How self-play is shared among the configs.

use crate::check::Checks;

section! {
    /// Says what counts when self-play is shared among the configs.
    pub struct SchedulerSection as "scheduler" {
        /// Weight of stale data.
        pub staleness_weight: f64 = 0.30,
        /// Weight of Elo gained in an hour.
        pub elo_velocity_weight: f64 = 0.20,
        /// Weight of the curriculum.
        pub curriculum_weight: f64 = 0.20,
        /// Weight of the data's quality.
        pub quality_weight: f64 = 0.15,
        /// Weight of diversity.
        pub diversity_weight: f64 = 0.10,
        /// Weight of the value of information.
        pub voi_weight: f64 = 0.05,
        /// Seconds between two allocations.
        pub interval_seconds: u64 = 30,
    }
}

impl SchedulerSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        let weights = [
            ("scheduler.staleness_weight", self.staleness_weight),
            ("scheduler.elo_velocity_weight", self.elo_velocity_weight),
            ("scheduler.curriculum_weight", self.curriculum_weight),
            ("scheduler.quality_weight", self.quality_weight),
            ("scheduler.diversity_weight", self.diversity_weight),
            ("scheduler.voi_weight", self.voi_weight),
        ];
        for (key, weight) in weights {
            checks.share(key, weight);
        }
        checks.require(
            "scheduler.staleness_weight",
            weights.iter().any(|(_, weight)| *weight > 0.0),
            "must be above 0 where the other five weights are 0",
        );
        checks.at_least("scheduler.interval_seconds", self.interval_seconds, 1);
    }
}
