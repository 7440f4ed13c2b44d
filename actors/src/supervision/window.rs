//! How often is too often: restarts counted in a sliding window.

use std::collections::VecDeque;
use std::time::Duration;

/// Limits the restarts of a supervisor's children; one more within the period and the supervisor gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intensity {
    /// Restarts that are tolerated within the period.
    pub max_restarts: usize,
    /// Length of the sliding window.
    pub period: Duration,
}

impl Default for Intensity {
    fn default() -> Self {
        Self { max_restarts: 10, period: Duration::from_secs(60) }
    }
}

impl From<&rr_config::SupervisionSection> for Intensity {
    fn from(section: &rr_config::SupervisionSection) -> Self {
        let period = Duration::from_secs(section.period_seconds);
        Self { max_restarts: section.max_restarts as usize, period }
    }
}

/// Remembers when the restarts of the last period happened.
#[derive(Debug)]
pub(crate) struct RestartWindow {
    intensity: Intensity,
    times: VecDeque<Duration>,
}

impl RestartWindow {
    pub(crate) fn new(intensity: Intensity) -> Self {
        Self { intensity, times: VecDeque::new() }
    }

    /// Counts a restart at `now`; returns the count in the window as an error when it exceeds the limit.
    pub(crate) fn record(&mut self, now: Duration) -> Result<(), usize> {
        while self.times.front().is_some_and(|&t| now.saturating_sub(t) > self.intensity.period) {
            self.times.pop_front();
        }
        self.times.push_back(now);
        if self.times.len() > self.intensity.max_restarts { Err(self.times.len()) } else { Ok(()) }
    }

    pub(crate) fn intensity(&self) -> Intensity {
        self.intensity
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn old_restarts_leave_the_window() {
        let mut window = RestartWindow::new(Intensity { max_restarts: 2, period: Duration::from_secs(10) });
        assert_eq!(window.record(Duration::from_secs(0)), Ok(()));
        assert_eq!(window.record(Duration::from_secs(5)), Ok(()));
        assert_eq!(window.record(Duration::from_secs(11)), Ok(()), "the first one is out");
        assert_eq!(window.record(Duration::from_secs(12)), Err(3));
    }

    #[test]
    fn zero_tolerates_nothing() {
        let mut window = RestartWindow::new(Intensity { max_restarts: 0, period: Duration::from_secs(1) });
        assert_eq!(window.record(Duration::ZERO), Err(1));
    }

    proptest! {
        #[test]
        fn exceeds_exactly_when_a_naive_count_does(
            steps in proptest::collection::vec(0u64..4_000, 1..60), limit in 0usize..6, period_ms in 1u64..8_000,
        ) {
            let period = Duration::from_millis(period_ms);
            let mut window = RestartWindow::new(Intensity { max_restarts: limit, period });
            let mut all = Vec::new();
            let mut now = Duration::ZERO;
            for step in steps {
                now += Duration::from_millis(step);
                all.push(now);
                let naive = all.iter().filter(|&&t| now - t <= period).count();
                let expected = if naive > limit { Err(naive) } else { Ok(()) };
                prop_assert_eq!(window.record(now), expected);
            }
        }
    }
}
