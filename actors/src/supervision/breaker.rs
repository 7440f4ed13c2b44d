//! The cascade breaker: when too much of a node restarts at once, everything rests, and then the critical actors start first.

use std::collections::VecDeque;
use std::time::Duration;

/// Says how many restarts of the whole node are too many, and how long it rests then.
///
/// # Source
/// The numbers of the service that this one replaces: over 300 s, above 10 restarts while under 40 % of the critical actors run,
/// 12 from 40 %, 15 from 60 %, 20 from 80 %; open for 120 s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CascadePolicy {
    /// Length of the sliding window.
    pub window: Duration,
    /// How long no restart is made once it opens.
    pub open: Duration,
    /// How much longer those wait that are not critical.
    pub lead: Duration,
    /// Restarts that are tolerated in the window while under 40, from 40, from 60 and from 80 percent of the critical run.
    pub thresholds: [usize; 4],
}

impl CascadePolicy {
    /// Tolerates everything: for trees that are no node.
    pub const fn never() -> Self {
        Self {
            window: Duration::ZERO,
            open: Duration::ZERO,
            lead: Duration::ZERO,
            thresholds: [usize::MAX; 4],
        }
    }

    /// Returns the restarts that are tolerated while this share of the critical actors runs, 0 to 1.
    pub fn threshold(&self, running: f64) -> usize {
        let [few, some, many, most] = self.thresholds;
        match running {
            share if share >= 0.8 => most,
            share if share >= 0.6 => many,
            share if share >= 0.4 => some,
            _ => few,
        }
    }
}

impl From<&rr_config::SupervisionSection> for CascadePolicy {
    fn from(section: &rr_config::SupervisionSection) -> Self {
        // loading refuses a list of any other length
        let at = |index: usize| section.cascade_thresholds.get(index).map_or(usize::MAX, |n| *n as usize);
        Self {
            window: Duration::from_secs(section.cascade_window_seconds),
            open: Duration::from_secs(section.cascade_open_seconds),
            lead: Duration::from_secs(section.cascade_lead_seconds),
            thresholds: std::array::from_fn(at),
        }
    }
}

/// Describes the breaker at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CascadeView {
    /// How long it stays open, when it is.
    pub open_for: Option<Duration>,
    /// Restarts in the window.
    pub restarts: usize,
    /// Restarts that are tolerated now.
    pub threshold: usize,
    /// How often it has opened.
    pub opened: u32,
}

/// Describes the last time that the breaker opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CascadeOpening {
    /// How many openings there had been with this one.
    pub number: u32,
    /// Restarts in the window.
    pub restarts: usize,
    /// Restarts that were tolerated.
    pub threshold: usize,
    /// How long it stayed open, or will.
    pub open: Duration,
}

/// Counts the restarts of a whole tree and holds them back when they are too many.
#[derive(Debug)]
pub(super) struct CascadeBreaker {
    policy: CascadePolicy,
    restarts: VecDeque<Duration>,
    open_until: Option<Duration>,
    opened: u32,
    last_opening: Option<CascadeOpening>,
}

impl CascadeBreaker {
    pub fn new(policy: CascadePolicy) -> Self {
        Self { policy, restarts: VecDeque::new(), open_until: None, opened: 0, last_opening: None }
    }

    /// Counts a restart at `now`, while this share of the critical actors runs; tells whether that opened the breaker.
    pub fn count(&mut self, now: Duration, running: f64) -> bool {
        if self.wait(now, true) > Duration::ZERO {
            return false; // what fails while all rests is no news
        }
        self.forget(now);
        self.restarts.push_back(now);
        let (restarts, threshold) = (self.restarts.len(), self.policy.threshold(running));
        if restarts <= threshold {
            return false;
        }
        self.restarts.clear();
        self.open_until = Some(now + self.policy.open);
        self.opened = self.opened.saturating_add(1);
        let (number, open) = (self.opened, self.policy.open);
        self.last_opening = Some(CascadeOpening { number, restarts, threshold, open });
        true
    }

    /// Returns how it last opened, if it ever did.
    pub fn last_opening(&self) -> Option<CascadeOpening> {
        self.last_opening
    }

    /// Returns how long a restart has to wait from `now` on.
    pub fn wait(&self, now: Duration, critical: bool) -> Duration {
        let lead = if critical { Duration::ZERO } else { self.policy.lead };
        self.open_until.map_or(Duration::ZERO, |until| (until + lead).saturating_sub(now))
    }

    /// Describes it at `now`, while this share of the critical actors runs.
    pub fn view(&mut self, now: Duration, running: f64) -> CascadeView {
        self.forget(now);
        let open_for = Some(self.wait(now, true)).filter(|wait| !wait.is_zero());
        CascadeView {
            open_for,
            restarts: self.restarts.len(),
            threshold: self.policy.threshold(running),
            opened: self.opened,
        }
    }

    fn forget(&mut self, now: Duration) {
        while self.restarts.front().is_some_and(|&at| now.saturating_sub(at) > self.policy.window) {
            self.restarts.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn breaker() -> CascadeBreaker {
        CascadeBreaker::new(CascadePolicy::from(&rr_config::SupervisionSection::default()))
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_opens_at_the_count_that_the_critical_share_allows() {
        for (share, tolerated) in
            [(0.0, 10), (0.39, 10), (0.4, 12), (0.6, 15), (0.79, 15), (0.8, 20), (1.0, 20)]
        {
            let mut breaker = breaker();
            let opened_after = (1..100).find(|n| breaker.count(at(*n), share));
            assert_eq!(opened_after, Some(tolerated + 1), "{share}");
        }
    }

    #[test]
    fn all_rest_and_the_critical_start_first() {
        let mut breaker = breaker();
        let opened = (0..100).find(|n| breaker.count(at(*n), 1.0)).unwrap();
        assert_eq!(breaker.wait(at(opened), true), at(120));
        assert_eq!(breaker.wait(at(opened), false), at(125));
        let opening = CascadeOpening { number: 1, restarts: 21, threshold: 20, open: at(120) };
        assert_eq!(breaker.last_opening(), Some(opening));
        assert!(!breaker.count(at(opened + 60), 0.0), "nothing counts while it is open");
        assert_eq!(breaker.view(at(opened + 100), 1.0).open_for, Some(at(20)));
        assert_eq!(breaker.wait(at(opened + 120), true), Duration::ZERO);
        assert_eq!(breaker.wait(at(opened + 120), false), at(5));
        let view = breaker.view(at(opened + 125), 1.0);
        assert_eq!((view.open_for, view.restarts, view.opened), (None, 0, 1), "it starts afresh");
    }

    #[test]
    fn slow_restarts_never_open_it() {
        let mut breaker = breaker();
        assert!((0..1_000).all(|n| !breaker.count(at(n * 31), 0.0)), "at most ten in 300 s");
    }

    #[test]
    fn a_tree_that_is_no_node_has_none() {
        let mut breaker = CascadeBreaker::new(CascadePolicy::never());
        assert!((0..10_000).all(|_| !breaker.count(at(1), 0.0)));
    }

    proptest! {
        #[test]
        fn never_more_restarts_in_a_window_than_are_tolerated(
            steps in proptest::collection::vec((0u64..60, 0.0f64..1.0), 1..300),
        ) {
            let mut breaker = breaker();
            let (mut now, mut made) = (Duration::ZERO, Vec::new());
            for (step, share) in steps {
                now += at(step);
                if breaker.wait(now, true).is_zero() && !breaker.count(now, share) {
                    made.push(now);
                }
                let recent = made.iter().filter(|&&then| now - then <= at(300)).count();
                prop_assert!(recent <= 60, "each rest of 120 s lets one more batch into a window of 300 s");
                prop_assert!(breaker.wait(now, true) <= breaker.wait(now, false));
            }
        }
    }
}
