//! How a daemon that keeps failing is tried again ever more rarely, instead of bringing others down.

use std::collections::VecDeque;
use std::time::Duration;

use rand::Rng;

use super::backoff::Backoff;

/// The span over which restarts are too many for good.
const HOUR: Duration = Duration::from_secs(3_600);

/// Says how badly a child has been doing of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tier {
    /// Up to five restarts since it last was stable.
    #[default]
    Normal,
    /// Up to ten.
    Elevated,
    /// More: tried again after half an hour where it is critical, else after hours.
    Degraded,
    /// More than ten within an hour: left alone for a day.
    Failed,
}

impl Tier {
    /// Returns the name used in the tree and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Elevated => "elevated",
            Self::Degraded => "degraded",
            Self::Failed => "failed",
        }
    }
}

/// Steps of waits for a child whose failures must not reach its supervisor's intensity.
///
/// # Source
/// The numbers of the service that this one replaces: 1 to 5 restarts after 5 to 80 s, 6 to 10 after 160 to 320 s, more after
/// 1,800 s (critical) or 14,400 s; over 10 in an hour fail for 24 h; counted afresh after 2 h without a failure. Here the first
/// restart in a row is made at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ladder {
    /// The waits of the first two tiers; its `reset_after` is the stretch that makes a child stable.
    pub backoff: Backoff,
    /// Restarts of the first tier.
    pub normal: u32,
    /// Restarts of the first two tiers.
    pub elevated: u32,
    /// The wait of the third tier.
    pub degraded: Duration,
    /// Restarts within an hour that are tolerated.
    pub hourly: usize,
    /// The wait of the last tier.
    pub failed: Duration,
}

impl Ladder {
    /// Takes the numbers of a critical child, or of another, from the configuration.
    pub fn configured(section: &rr_config::SupervisionSection, critical: bool) -> Self {
        let degraded =
            if critical { section.daemon_degraded_critical_seconds } else { section.daemon_degraded_seconds };
        Self {
            backoff: Backoff {
                initial: Duration::from_secs(section.daemon_backoff_seconds),
                max: Duration::from_secs(section.daemon_backoff_max_seconds),
                jitter: section.backoff_jitter,
                reset_after: Duration::from_secs(section.daemon_stable_seconds),
                ..Backoff::default()
            },
            normal: 5,
            elevated: 10,
            degraded: Duration::from_secs(degraded),
            hourly: section.daemon_restarts_per_hour as usize,
            failed: Duration::from_secs(section.daemon_failed_seconds),
        }
    }
}

/// Where a child stands on its ladder.
#[derive(Debug, Default)]
pub(super) struct LadderCount {
    restarts: u32,
    recent: VecDeque<Duration>,
}

impl LadderCount {
    /// Counts a restart at `now`; returns the tier that it leads to and how long to wait for it.
    pub fn step(&mut self, ladder: &Ladder, now: Duration, rng: &mut impl Rng) -> (Tier, Duration) {
        self.restarts = self.restarts.saturating_add(1);
        while self.recent.front().is_some_and(|&at| now.saturating_sub(at) > HOUR) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        if self.recent.len() > ladder.hourly {
            *self = Self::default(); // after the long wait it has a fresh chance
            return (Tier::Failed, ladder.failed);
        }
        match self.restarts {
            n if n <= ladder.normal => (Tier::Normal, ladder.backoff.delay(n, rng)),
            n if n <= ladder.elevated => (Tier::Elevated, ladder.backoff.delay(n, rng)),
            _ => (Tier::Degraded, ladder.degraded),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn ladder(critical: bool) -> Ladder {
        let section = rr_config::SupervisionSection { backoff_jitter: 0.0, ..Default::default() };
        Ladder::configured(&section, critical)
    }

    /// The tiers and waits in seconds of a child that fails `pause` seconds after each start.
    fn climb(ladder: &Ladder, pause: u64, times: usize) -> Vec<(Tier, u64)> {
        let (mut count, mut now) = (LadderCount::default(), Duration::ZERO);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut step = || {
            now += Duration::from_secs(pause);
            let (tier, wait) = count.step(ladder, now, &mut rng);
            now += wait;
            (tier, wait.as_secs())
        };
        (0..times).map(|_| step()).collect()
    }

    #[test]
    fn a_child_that_dies_at_once_climbs_and_is_left_alone_for_a_day() {
        use Tier::{Elevated, Failed, Normal};
        let expected = [
            (Normal, 0),
            (Normal, 5),
            (Normal, 10),
            (Normal, 20),
            (Normal, 40),
            (Elevated, 80),
            (Elevated, 160),
            (Elevated, 320),
            (Elevated, 320),
            (Elevated, 320),
            (Failed, 86_400),
            (Normal, 0),
        ];
        assert_eq!(climb(&ladder(false), 0, expected.len()), expected);
    }

    #[test]
    fn a_child_that_dies_now_and_then_is_tried_again_rarely_and_a_critical_one_less_so() {
        for (critical, wait) in [(true, 1_800), (false, 14_400)] {
            let climbed = climb(&ladder(critical), 600, 20);
            assert_eq!(climbed[9].0, Tier::Elevated);
            assert!(climbed[10..].iter().all(|step| *step == (Tier::Degraded, wait)), "{climbed:?}");
        }
    }

    proptest! {
        #[test]
        fn never_more_starts_in_an_hour_than_are_tolerated(pauses in proptest::collection::vec(0u64..2_000, 1..80)) {
            let ladder = ladder(true);
            let (mut count, mut now, mut starts) = (LadderCount::default(), Duration::ZERO, Vec::new());
            let mut rng = ChaCha8Rng::seed_from_u64(2);
            for pause in pauses {
                now += Duration::from_secs(pause);
                now += count.step(&ladder, now, &mut rng).1;
                starts.push(now);
                let recent = starts.iter().filter(|&&at| now - at < HOUR).count();
                prop_assert!(recent <= ladder.hourly + 1, "{recent} starts within an hour");
            }
        }
    }
}
