//! How long to wait before a failed step is tried again.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Doubles the wait with every failure in a row, up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackoffPolicy {
    /// Wait after the first failure.
    pub first: Duration,
    /// Longest wait.
    pub longest: Duration,
    /// Attempts of one step before it is given up.
    pub max_attempts: u32,
}

impl Default for BackoffPolicy {
    fn default() -> Self {
        Self { first: Duration::from_secs(5), longest: Duration::from_secs(600), max_attempts: 3 }
    }
}

impl BackoffPolicy {
    /// Returns the wait after so many failures in a row.
    pub fn wait(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(30);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_the_limit() {
        let policy = BackoffPolicy::default();
        let waits: Vec<u64> = [0, 1, 2, 3, 8, u32::MAX].map(|n| policy.wait(n).as_secs()).to_vec();
        assert_eq!(waits, [5, 5, 10, 20, 600, 600]);
    }
}
