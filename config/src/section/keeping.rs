//! How disk and stored data are kept in order.

use crate::check::Checks;

section! {
    /// Says how disk and stored data are kept in order. A share says how full a disk is and not how much room a node has, so work is held by free space alone (`storage.min_free_mb`), and shares only warn.
    pub struct KeepingSection as "keeping" {
        /// Seconds between two looks at the disk of the data folder.
        pub disk_interval_seconds: u64 = 60,
        /// Share of the disk in use from which people are warned and what can go is cleaned up, where less than `disk_ample_mb` is free as well.
        pub disk_warn: f64 = 0.85,
        /// Free space, in MiB, that is enough whatever the share.
        pub disk_ample_mb: u64 = 2048,
        /// Free space, in MiB, by which a bound must be passed before the disk counts as roomier again.
        pub disk_clear_gap_mb: u64 = 64,
        /// Hours that the folder of a training run is kept after the last change in it, once nothing refers to the run.
        pub run_keep_hours: u64 = 24,
        /// Days that a damaged file stays in quarantine.
        pub quarantine_keep_days: u64 = 7,
        /// Days that a file in `logs` is kept after its last change.
        pub log_keep_days: u64 = 14,
        /// Days that a job which has ended is remembered.
        pub job_keep_days: u64 = 30,
        /// Share of the database file that must be unused before it is made smaller.
        pub compact_share: f64 = 0.5,
        /// Seconds between two looks whether a maintenance task is due.
        pub maintenance_interval_seconds: u64 = 600,
        /// Seconds between two looks for stored things that nothing refers to.
        pub orphan_interval_seconds: u64 = 300,
        /// Seconds between two slices of the check of stored data.
        pub integrity_interval_seconds: u64 = 60,
        /// MiB of files in one slice; a file that is larger is a slice of its own.
        pub integrity_slice_mb: u64 = 64,
        /// Games in one slice.
        pub integrity_slice_games: u64 = 500,
        /// Hours between the beginnings of two checks of everything.
        pub integrity_pass_hours: u64 = 24,
        /// Seconds between two looks whether a device is idle.
        pub idle_interval_seconds: u64 = 15,
        /// Share of the time under which a device counts as idle.
        pub idle_share: f64 = 0.1,
        /// Seconds that a device has to be idle, with nothing that holds work, before anybody is told.
        pub idle_seconds: u64 = 60,
    }
}

impl KeepingSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("keeping.disk_interval_seconds", self.disk_interval_seconds, 1);
        checks.share("keeping.disk_warn", self.disk_warn);
        checks.at_least("keeping.run_keep_hours", self.run_keep_hours, 1);
        checks.at_least("keeping.quarantine_keep_days", self.quarantine_keep_days, 1);
        checks.at_least("keeping.log_keep_days", self.log_keep_days, 1);
        checks.at_least("keeping.job_keep_days", self.job_keep_days, 1);
        checks.share("keeping.compact_share", self.compact_share);
        checks.at_least("keeping.maintenance_interval_seconds", self.maintenance_interval_seconds, 1);
        checks.at_least("keeping.orphan_interval_seconds", self.orphan_interval_seconds, 1);
        checks.at_least("keeping.integrity_interval_seconds", self.integrity_interval_seconds, 1);
        checks.at_least("keeping.integrity_slice_mb", self.integrity_slice_mb, 1);
        checks.at_least("keeping.integrity_slice_games", self.integrity_slice_games, 1);
        checks.at_least("keeping.idle_interval_seconds", self.idle_interval_seconds, 1);
        checks.share("keeping.idle_share", self.idle_share);
        checks.require(
            "keeping.idle_seconds",
            self.idle_seconds >= self.idle_interval_seconds,
            "must not be under keeping.idle_interval_seconds: one look says nothing",
        );
    }

    /// Holds the free space that is enough against the one under which work is held.
    pub(crate) fn check_beside(&self, min_free_mb: u64, checks: &mut Checks) {
        checks.require(
            "keeping.disk_ample_mb",
            self.disk_ample_mb >= min_free_mb,
            "must not be under storage.min_free_mb: people are warned before work is held",
        );
    }
}
