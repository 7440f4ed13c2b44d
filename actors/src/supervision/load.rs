//! What an actor has to do and how it gets on with it, in numbers.

use std::time::Duration;

/// Describes the load of one actor at one moment. Counts go over all its lives; depth, lag and rate are of the present one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ActorLoad {
    /// Messages that its handler took up.
    pub handled: u64,
    /// Messages per second, over the last seconds or since the last look.
    pub per_second: f64,
    /// Messages that wait.
    pub mailbox_depth: u64,
    /// Messages that may wait; none where there is no bound.
    pub mailbox_bound: Option<u64>,
    /// How long the message that was last measured waited, or has waited by now.
    pub mailbox_lag: Duration,
    /// Time since its last callback ended; zero while it is in one, none before the first.
    pub quiet_for: Option<Duration>,
    /// How long the handler has been at its present message.
    pub busy_for: Option<Duration>,
    /// Time spent in handlers, awaits included.
    pub in_handlers: Duration,
    /// The longest time that a handler took.
    pub longest_handler: Duration,
    /// Messages shed because the mailbox was full.
    pub shed: u64,
    /// Panics.
    pub panics: u64,
}

/// The counts that go over all lives of an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LoadTotals {
    pub handled: u64,
    pub in_handlers: Duration,
    pub longest_handler: Duration,
    pub shed: u64,
    pub panics: u64,
}

impl LoadTotals {
    /// Adds the counts of another life.
    pub fn absorb(&mut self, life: Self) {
        self.handled += life.handled;
        self.in_handlers += life.in_handlers;
        self.longest_handler = self.longest_handler.max(life.longest_handler);
        self.shed += life.shed;
        self.panics += life.panics;
    }

    /// Describes an actor that has no present life.
    pub fn load(self) -> ActorLoad {
        ActorLoad {
            handled: self.handled,
            in_handlers: self.in_handlers,
            longest_handler: self.longest_handler,
            shed: self.shed,
            panics: self.panics,
            ..ActorLoad::default()
        }
    }
}

/// Turns a count that is looked at now and then into a rate.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RateMarks {
    older: (Duration, u64),
    newer: (Duration, u64),
}

/// How far apart two marks are at least.
const MARK_SPAN: Duration = Duration::from_secs(5);

impl RateMarks {
    /// Starts to count from zero at `now`.
    pub fn at(now: Duration) -> Self {
        Self::counted(now, 0)
    }

    /// Starts to count at `now`, when the count stands at `count`.
    pub fn counted(now: Duration, count: u64) -> Self {
        Self { older: (now, count), newer: (now, count) }
    }

    /// Returns the rate up to `now`, when the count stands at `count`.
    ///
    /// # Units
    /// Per second.
    pub fn rate(&mut self, now: Duration, count: u64) -> f64 {
        if now.saturating_sub(self.newer.0) >= MARK_SPAN {
            self.older = std::mem::replace(&mut self.newer, (now, count));
        }
        let span = now.saturating_sub(self.older.0).as_secs_f64();
        if span > 0.0 { count.saturating_sub(self.older.1) as f64 / span } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_forgets_what_is_long_ago() {
        let at = Duration::from_secs;
        let mut marks = RateMarks::at(at(0));
        assert!((marks.rate(at(2), 20) - 10.0).abs() < 1e-9);
        assert!((marks.rate(at(5), 50) - 10.0).abs() < 1e-9);
        assert!((marks.rate(at(10), 50) - 0.0).abs() < 1e-9, "five seconds without a message");
        assert!((marks.rate(at(10), 50) - 0.0).abs() < 1e-9, "two looks at once");
    }

    #[test]
    fn lives_add_up() {
        let mut totals = LoadTotals::default();
        let life = |handled, longest| LoadTotals {
            handled,
            longest_handler: Duration::from_millis(longest),
            ..LoadTotals::default()
        };
        totals.absorb(life(3, 40));
        totals.absorb(life(4, 20));
        assert_eq!((totals.load().handled, totals.load().longest_handler), (7, Duration::from_millis(40)));
    }
}
