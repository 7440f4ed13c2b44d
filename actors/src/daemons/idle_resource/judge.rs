//! When a device counts as idle: a pure fold over looks.

use std::time::Duration;

use rr_config::KeepingSection;

/// Tellings of one idle stretch after which a person is alerted.
const ALERT_AFTER: u32 = 3;
/// The longest wait between two tellings, in idle times.
const RAREST: u32 = 32;

/// Says what counts as idle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IdleLimits {
    /// Share of the time under which a device counts as idle.
    pub share: f64,
    /// How long it has to be idle.
    pub after: Duration,
}

impl From<&KeepingSection> for IdleLimits {
    fn from(section: &KeepingSection) -> Self {
        Self { share: section.idle_share, after: Duration::from_secs(section.idle_seconds) }
    }
}

/// Says what a look comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdleVerdict {
    /// Nothing is to be told.
    Quiet,
    /// The device has been idle for this long: it is told of.
    Idle {
        /// How long.
        idle: Duration,
        /// Whether telling it did not help so far, and a person should look.
        alert: bool,
    },
}

/// Remembers since when a device is idle, and what was told of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IdleJudge {
    since: Option<Duration>,
    told: u32,
}

impl IdleJudge {
    /// Takes in a look at `now`: the share of the time that the device worked, and whether it should work.
    pub fn look(&mut self, now: Duration, busy: f64, expected: bool, limits: &IdleLimits) -> IdleVerdict {
        if !expected || busy >= limits.share {
            *self = Self::default();
            return IdleVerdict::Quiet;
        }
        let since = *self.since.get_or_insert(now);
        let idle = now.saturating_sub(since);
        // After 1, 2, 4 and so on times the idle time, and then evenly.
        let turns = (0..self.told).fold(1u32, |sum, turn| sum.saturating_add((1 << turn.min(5)).min(RAREST)));
        if idle < limits.after.saturating_mul(turns) {
            return IdleVerdict::Quiet;
        }
        self.told = self.told.saturating_add(1);
        IdleVerdict::Idle { idle, alert: self.told == ALERT_AFTER }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: IdleLimits = IdleLimits { share: 0.1, after: Duration::from_secs(60) };

    /// The seconds at which an idle device is told of, and at which a person is alerted.
    fn told(seconds: u64, busy_at: impl Fn(u64) -> f64) -> (Vec<u64>, Vec<u64>) {
        let (mut judge, mut told, mut alerts) = (IdleJudge::default(), Vec::new(), Vec::new());
        for second in (0..seconds).step_by(15) {
            let now = Duration::from_secs(1_000 + second);
            if let IdleVerdict::Idle { alert, .. } = judge.look(now, busy_at(second), true, &LIMITS) {
                told.push(second);
                alerts.extend(alert.then_some(second));
            }
        }
        (told, alerts)
    }

    #[test]
    fn it_is_told_ever_more_rarely_and_a_person_is_alerted_once() {
        let (told, alerts) = told(2_000, |_| 0.0);
        assert_eq!(told, [60, 120, 240, 480, 960, 1_920]);
        assert_eq!(alerts, [240]);
    }

    #[test]
    fn a_device_that_works_now_and_then_is_not_idle() {
        assert_eq!(told(2_000, |second| if second % 45 == 0 { 0.5 } else { 0.0 }), (vec![], vec![]));
        assert_eq!(told(2_000, |_| 0.1).0, Vec::<u64>::new());
        let again = told(300, |second| if second == 90 { 0.5 } else { 0.0 });
        assert_eq!(again.0, [60, 165, 225], "the stretch began anew");
    }

    proptest! {
        #[test]
        fn nothing_is_told_while_no_work_is_expected(looks in prop::collection::vec((0u64..100, 0.0f64..1.0), 1..60)) {
            let (mut judge, mut now) = (IdleJudge::default(), 0);
            for (step, busy) in looks {
                now += step;
                prop_assert_eq!(judge.look(Duration::from_secs(now), busy, false, &LIMITS), IdleVerdict::Quiet);
            }
        }

        #[test]
        fn what_is_told_was_idle_all_the_time(looks in prop::collection::vec((1u64..100, prop::bool::weighted(0.2)), 1..100)) {
            let (mut judge, mut now, mut worked) = (IdleJudge::default(), 0, None::<u64>);
            let mut first = None;
            for (step, busy) in looks {
                now += step;
                first.get_or_insert(now);
                let verdict = judge.look(Duration::from_secs(now), if busy { 1.0 } else { 0.0 }, true, &LIMITS);
                if busy {
                    worked = Some(now);
                }
                if let IdleVerdict::Idle { idle, .. } = verdict {
                    let since = now - idle.as_secs();
                    prop_assert!(idle >= LIMITS.after && worked.is_none_or(|at| at < since) && first.unwrap() <= since);
                }
            }
        }
    }
}
