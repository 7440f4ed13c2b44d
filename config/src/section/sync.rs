//! How data is kept equal among nodes.

use crate::check::Checks;

section! {
    /// Says how often data is compared with other nodes.
    pub struct SyncSection as "sync" {
        /// Seconds between two comparisons.
        pub interval_seconds: u64 = 60,
    }
}

impl SyncSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("sync.interval_seconds", self.interval_seconds, 1);
    }
}
