//! Where data lies.

use std::path::PathBuf;

use crate::check::Checks;

section! {
    /// Says where data lies and how it is kept.
    pub struct StorageSection as "storage" {
        /// The data folder; `ringrift` under the XDG data home where it is not given.
        pub data_dir: Option<PathBuf> = None,
        /// Memory for database pages, in MiB.
        pub cache_mb: u64 = 64,
        /// Whether the whole database is verified at every start and not only after a crash; it reads the file once.
        pub check_on_open: bool = true,
        /// How many of the newest events are remembered to refuse duplicates.
        pub event_dedup_window: u64 = 10_000,
        /// How many handled events are kept for looking back.
        pub event_history: u64 = 10_000,
        /// Free space on the disk, in MiB, under which no new work is taken.
        pub min_free_mb: u64 = 256,
        /// How long a file that nothing refers to is kept, in seconds.
        pub blob_grace_seconds: u64 = 3600,
    }
}

impl StorageSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("storage.cache_mb", self.cache_mb, 1);
        checks.at_least("storage.event_dedup_window", self.event_dedup_window, 1);
    }
}
