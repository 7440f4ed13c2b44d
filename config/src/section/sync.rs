//! How data comes in, and what is done when none does.

use std::path::PathBuf;

use crate::check::Checks;

section! {
    /// Says how often data is taken in, from where, and when training may go on with older data because none comes.
    pub struct SyncSection as "sync" {
        /// Seconds between two looks for games that others brought.
        pub interval_seconds: u64 = 60,
        /// Folders, beside `inbox` in the data folder, whose game files are taken in; they are only read.
        pub sources: Vec<PathBuf> = Vec::new(),
        /// Size of a game file, in MiB, from which it is refused unread.
        pub max_file_mb: u64 = 512,
        /// Days after which files that were taken in are removed from `inbox/done`; 0 keeps them.
        pub keep_done_days: u64 = 7,
        /// Whether training may use older data than `training.max_data_age_hours` when none comes.
        pub stale_fallback: bool = true,
        /// Failed transfers in a row from which it may.
        pub fallback_failures: u32 = 5,
        /// Minutes without a transfer from which it may.
        pub fallback_minutes: u64 = 45,
        /// Age of the newest game, in hours, from which it may not, whatever fails.
        pub fallback_max_age_hours: f64 = 48.0,
    }
}

impl SyncSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("sync.interval_seconds", self.interval_seconds, 1);
        checks.at_least("sync.max_file_mb", self.max_file_mb, 1);
        checks.at_least("sync.fallback_failures", self.fallback_failures.into(), 1);
        checks.at_least("sync.fallback_minutes", self.fallback_minutes, 1);
        checks.positive("sync.fallback_max_age_hours", self.fallback_max_age_hours);
    }
}
