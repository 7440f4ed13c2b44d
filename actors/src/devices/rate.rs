//! Work per second over the last seconds.

use std::collections::VecDeque;
use std::time::Duration;

/// Counts work and busy time over a sliding span.
#[derive(Debug)]
pub(super) struct RateMeter {
    span: Duration,
    samples: VecDeque<(Duration, u64, Duration)>,
    started: Duration,
}

impl RateMeter {
    pub fn new(span: Duration, now: Duration) -> Self {
        Self { span, samples: VecDeque::new(), started: now }
    }

    /// Notes work that ended at `now` and kept a lane busy for `busy`.
    pub fn record(&mut self, now: Duration, work: u64, busy: Duration) {
        self.samples.push_back((now, work, busy));
        while self.samples.front().is_some_and(|(at, ..)| now.saturating_sub(*at) > self.span) {
            self.samples.pop_front();
        }
    }

    /// Returns work per second and the share of the time that was spent on it.
    pub fn rates(&self, now: Duration) -> (f64, f64) {
        let span = self.span.min(now.saturating_sub(self.started)).as_secs_f64();
        if span <= 0.0 {
            return (0.0, 0.0);
        }
        let recent = self.samples.iter().filter(|(at, ..)| now.saturating_sub(*at) <= self.span);
        let (work, busy) =
            recent.fold((0, Duration::ZERO), |(work, busy), sample| (work + sample.1, busy + sample.2));
        (work as f64 / span, busy.as_secs_f64() / span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_work_leaves_the_span() {
        let second = Duration::from_secs;
        let mut meter = RateMeter::new(second(10), second(0));
        assert_eq!(meter.rates(second(0)), (0.0, 0.0));
        meter.record(second(1), 100, second(1));
        assert_eq!(meter.rates(second(2)), (50.0, 0.5));
        meter.record(second(12), 300, second(2));
        assert_eq!(meter.rates(second(12)), (30.0, 0.2));
        assert_eq!(meter.rates(second(30)), (0.0, 0.0));
    }
}
