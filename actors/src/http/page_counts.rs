//! How often pages were asked for.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts requests of one port over all lives of its server.
#[derive(Debug, Default)]
pub struct PageCounts {
    answered: AtomicU64,
    refused: AtomicU64,
}

impl PageCounts {
    /// Counts a request that got a page, or did not.
    pub(super) fn count(&self, got_page: bool) {
        let count = if got_page { &self.answered } else { &self.refused };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the requests that got a page; that a node is not ready is a page too.
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Returns the requests that got none: no such page, another method, nobody who may read.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}
