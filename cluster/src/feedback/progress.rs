//! Whether a config makes progress, and what is done when it does not.

use std::time::Duration;

use rr_config::FeedbackSection;
use rr_proto::{Elo, EloPerHour};
use serde::{Deserialize, Serialize};

/// Boost of the first attempt to help, and what every further one adds.
const BOOST: (f64, f64) = (1.25, 0.25);

/// Says what a stall is and how often help is tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProgressPolicy {
    /// Time without progress after which a config counts as stalled.
    pub stall: Duration,
    /// Velocity under which there is no progress.
    pub velocity: EloPerHour,
    /// Time between two attempts to help.
    pub recovery: Duration,
    /// Attempts before the config is left to people.
    pub max_recoveries: u32,
}

impl From<&FeedbackSection> for ProgressPolicy {
    fn from(section: &FeedbackSection) -> Self {
        let hours = |hours: f64| Duration::try_from_secs_f64(hours * 3600.0).unwrap_or(Duration::MAX);
        Self {
            stall: hours(section.stall_hours),
            velocity: EloPerHour(section.stall_elo_per_hour),
            recovery: hours(section.recovery_hours),
            max_recoveries: section.max_recoveries,
        }
    }
}

impl Default for ProgressPolicy {
    fn default() -> Self {
        Self::from(&FeedbackSection::default())
    }
}

impl ProgressPolicy {
    /// Returns the gain that counts as progress: what the least velocity comes to over the time of a stall.
    pub fn gain(&self) -> Elo {
        Elo(self.velocity.0 * self.stall.as_secs_f64() / 3600.0)
    }
}

/// Tells what a look at a config's progress shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ProgressFinding {
    /// It has made no progress for too long; help.
    Stalled {
        /// How fast it gains.
        velocity: EloPerHour,
        /// How long it has not.
        stalled: Duration,
        /// By how much its share of self-play and its exploration should rise.
        boost: f64,
        /// Which attempt to help this is, from 1.
        attempt: u32,
    },
    /// It gains again after a stall.
    Recovered {
        /// How fast it gained.
        velocity: EloPerHour,
        /// How long it had not.
        stalled: Duration,
    },
}

/// Follows the progress of one config; only time in which it could work counts.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ProgressWatch {
    /// The rating that has to be surpassed; none before the first.
    mark: Option<Elo>,
    latest: Option<Elo>,
    /// Working time since the mark was set.
    passed: Duration,
    /// Attempts to help since then.
    attempts: u32,
}

impl ProgressWatch {
    /// Takes in the champion's rating.
    pub fn rated(&mut self, elo: Elo, policy: &ProgressPolicy) -> Option<ProgressFinding> {
        if !elo.0.is_finite() {
            return None;
        }
        self.latest = Some(elo);
        let Some(mark) = self.mark else {
            self.mark = Some(elo);
            return None;
        };
        if elo.0 - mark.0 < policy.gain().0.max(f64::MIN_POSITIVE) {
            return None;
        }
        let finding = (self.attempts > 0).then(|| ProgressFinding::Recovered {
            velocity: (elo - mark).per(self.passed),
            stalled: self.passed,
        });
        *self = Self { mark: Some(elo), latest: Some(elo), ..Self::default() };
        finding
    }

    /// Takes in that the champion was called back: what it is rated is where progress starts from.
    pub fn rolled_back(&mut self) {
        self.mark = None;
    }

    /// Takes in that the config could work for a time.
    pub fn worked(&mut self, time: Duration, policy: &ProgressPolicy) -> Option<ProgressFinding> {
        self.passed = self.passed.saturating_add(time);
        let due = policy.stall.saturating_add(policy.recovery.saturating_mul(self.attempts));
        if self.passed < due || self.attempts >= policy.max_recoveries {
            return None;
        }
        self.attempts += 1;
        let gain = match (self.latest, self.mark) {
            (Some(latest), Some(mark)) => latest - mark,
            _ => Elo(0.0),
        };
        Some(ProgressFinding::Stalled {
            velocity: gain.per(self.passed),
            stalled: self.passed,
            boost: BOOST.0 + BOOST.1 * f64::from(self.attempts - 1),
            attempt: self.attempts,
        })
    }

    /// Says whether help was tried and nothing came of it yet.
    pub fn is_stalled(&self) -> bool {
        self.attempts > 0
    }

    /// Returns the working time since the last progress.
    pub fn passed(&self) -> Duration {
        self.passed
    }

    /// Returns the attempts to help since the last progress.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_config_without_progress_is_helped_four_times_and_then_left() {
        let (mut watch, policy) = (ProgressWatch::default(), ProgressPolicy::default());
        assert_eq!(policy.gain(), Elo(12.0));
        watch.rated(Elo(600.0), &policy);
        let mut told = Vec::new();
        for hour in 1..=100u32 {
            // It wavers, and does not gain.
            assert_eq!(watch.rated(Elo(600.0 + f64::from(hour % 3) * 5.0), &policy), None);
            if let Some(ProgressFinding::Stalled { boost, attempt, .. }) = watch.worked(HOUR, &policy) {
                told.push((hour, attempt, boost));
            }
        }
        assert_eq!(told, [(24, 1, 1.25), (30, 2, 1.5), (36, 3, 1.75), (42, 4, 2.0)]);
        let recovered = watch.rated(Elo(700.0), &policy);
        assert_eq!(
            recovered,
            Some(ProgressFinding::Recovered { velocity: EloPerHour(1.0), stalled: 100 * HOUR })
        );
        assert!(!watch.is_stalled());
        assert_eq!(watch.rated(Elo(720.0), &policy), None, "who was not stalled does not recover");
    }

    #[test]
    fn slow_progress_is_progress_and_no_rating_at_all_is_none() {
        let (mut watch, policy) = (ProgressWatch::default(), ProgressPolicy::default());
        for hour in 0..240u32 {
            assert_eq!(watch.rated(Elo(600.0 + f64::from(hour) * 0.6), &policy), None);
            assert_eq!(watch.worked(HOUR, &policy), None, "hour {hour}");
        }
        let mut silent = ProgressWatch::default();
        let first = (1..).find(|_| silent.worked(HOUR, &policy).is_some());
        assert_eq!(first, Some(24));
    }

    #[test]
    fn a_champion_that_is_called_back_starts_anew() {
        let (mut watch, policy) = (ProgressWatch::default(), ProgressPolicy::default());
        watch.rated(Elo(900.0), &policy);
        watch.rolled_back();
        watch.rated(Elo(600.0), &policy);
        watch.worked(HOUR, &policy);
        watch.rated(Elo(613.0), &policy);
        assert_eq!(watch.passed(), Duration::ZERO);
    }

    proptest! {
        #[test]
        fn attempts_are_bounded(steps in prop::collection::vec((any::<f64>(), 0u64..1_000_000), 0..200)) {
            let (mut watch, policy) = (ProgressWatch::default(), ProgressPolicy::default());
            for (elo, seconds) in steps {
                watch.rated(Elo(elo), &policy);
                if let Some(ProgressFinding::Stalled { boost, attempt, .. }) = watch.worked(Duration::from_secs(seconds), &policy) {
                    prop_assert!((1.0..=2.0).contains(&boost) && attempt <= policy.max_recoveries);
                }
                prop_assert!(watch.attempts() <= policy.max_recoveries);
            }
        }
    }
}
