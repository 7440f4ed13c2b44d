//! Where actors read the time, so that a test can hold it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time to whoever was given it; nothing in the tree asks the operating system directly.
pub trait Clock: Send + Sync + 'static {
    /// Returns the time since an arbitrary fixed start; never goes backwards.
    fn monotonic(&self) -> Duration;

    /// Returns the time since a fixed start of its own, read as cheaply as possible: for measurements on the way of every message.
    ///
    /// May go on where [`Self::monotonic`] is held by a paused runtime.
    fn stamp(&self) -> Duration {
        self.monotonic()
    }

    /// Returns the wall-clock time.
    ///
    /// # Units
    /// Milliseconds since the Unix epoch.
    fn unix_ms(&self) -> u64;
}

/// The clock of a running node; its monotonic side follows tokio's timers, paused time included.
#[derive(Debug)]
pub struct SystemClock {
    origin: tokio::time::Instant,
    started: std::time::Instant,
}

impl SystemClock {
    /// Starts a clock whose monotonic side reads zero now.
    pub fn new() -> Self {
        Self { origin: tokio::time::Instant::now(), started: std::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }

    fn stamp(&self) -> Duration {
        self.started.elapsed()
    }

    fn unix_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

/// A clock that moves only when told to.
#[derive(Debug, Default)]
pub struct ManualClock {
    now_ms: AtomicU64,
}

impl ManualClock {
    /// Makes a clock that reads `now_ms` on both sides.
    pub fn at_ms(now_ms: u64) -> Self {
        Self { now_ms: AtomicU64::new(now_ms) }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let by_ms = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.now_ms.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.now_ms.load(Ordering::SeqCst))
    }

    fn unix_ms(&self) -> u64 {
        self.now_ms.load(Ordering::SeqCst)
    }
}
