//! What every daemon shows of itself.

use std::sync::Arc;

use serde::Serialize;

use crate::clock::Clock;

/// Failures in a row from which a daemon counts as failing.
const FAILING_FROM: u64 = 3;

/// Says how a daemon is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DaemonCondition {
    /// It has not done a round yet.
    Starting,
    /// Its last round went well.
    Healthy,
    /// Its last round failed; the next may go well.
    Degraded,
    /// Its last rounds all failed.
    Failing,
}

/// Counts a daemon's rounds.
#[derive(Clone)]
pub struct DaemonHealth {
    clock: Arc<dyn Clock>,
    shown: ShownHealth,
    failed_in_a_row: u64,
}

/// What is shown of every daemon, whatever its duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct ShownHealth {
    status: DaemonCondition,
    running: bool,
    last_activity_ms: u64,
    errors_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

/// Is a daemon's health beside its own numbers, for showing.
#[derive(Debug, Serialize)]
pub struct ShownDaemon<'a, N> {
    #[serde(flatten)]
    health: &'a ShownHealth,
    #[serde(flatten)]
    numbers: &'a N,
}

impl DaemonHealth {
    /// Starts to count for a daemon that starts now.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let shown = ShownHealth {
            status: DaemonCondition::Starting,
            running: true,
            last_activity_ms: clock.unix_ms(),
            errors_count: 0,
            last_error: None,
        };
        Self { clock, shown, failed_in_a_row: 0 }
    }

    /// Counts a round that went well.
    pub fn worked(&mut self) {
        self.failed_in_a_row = 0;
        self.shown.status = DaemonCondition::Healthy;
        self.shown.last_activity_ms = self.clock.unix_ms();
    }

    /// Counts a round that failed, and logs it.
    pub fn failed(&mut self, daemon: &'static str, error: &dyn std::fmt::Display) {
        self.failed_in_a_row += 1;
        self.shown.errors_count += 1;
        let failing = self.failed_in_a_row >= FAILING_FROM;
        self.shown.status = if failing { DaemonCondition::Failing } else { DaemonCondition::Degraded };
        self.shown.last_activity_ms = self.clock.unix_ms();
        self.shown.last_error = Some(error.to_string());
        tracing::warn!(daemon, %error, in_a_row = self.failed_in_a_row, "a round of a daemon failed");
    }

    /// Counts a round by how it went.
    pub fn count<E: std::fmt::Display>(&mut self, daemon: &'static str, outcome: &Result<(), E>) {
        match outcome {
            Ok(()) => self.worked(),
            Err(error) => self.failed(daemon, error),
        }
    }

    /// Returns how the daemon is doing.
    pub fn condition(&self) -> DaemonCondition {
        self.shown.status
    }

    /// Returns the failures since the start.
    pub fn errors(&self) -> u64 {
        self.shown.errors_count
    }

    /// Puts the daemon's own numbers beside it, for showing.
    pub fn with<'a, N: Serialize>(&'a self, numbers: &'a N) -> ShownDaemon<'a, N> {
        ShownDaemon { health: &self.shown, numbers }
    }
}

impl std::fmt::Debug for DaemonHealth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DaemonHealth").field(&self.shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn failures_in_a_row_make_it_failing_and_one_good_round_heals_it() {
        let clock = Arc::new(ManualClock::at_ms(100));
        let mut health = DaemonHealth::new(clock.clone());
        assert_eq!(health.condition(), DaemonCondition::Starting);
        clock.advance(Duration::from_millis(1));
        let fail = |health: &mut DaemonHealth| health.failed("probe", &"no");
        fail(&mut health);
        assert_eq!(health.condition(), DaemonCondition::Degraded);
        fail(&mut health);
        fail(&mut health);
        assert_eq!((health.condition(), health.errors()), (DaemonCondition::Failing, 3));
        clock.advance(Duration::from_millis(1));
        health.worked();
        #[derive(Serialize)]
        struct Numbers {
            games: u64,
        }
        assert_eq!(
            serde_json::to_value(health.with(&Numbers { games: 7 })).unwrap(),
            json!({ "status": "healthy", "running": true, "last_activity_ms": 102, "errors_count": 3,
                    "last_error": "no", "games": 7 })
        );
    }
}
