//! What the scheduler has heard of a config, and how it becomes signals.

use std::time::Duration;

use rr_proto::{Elo, Games, RatingEstimate, UnixMillis};
use serde::{Deserialize, Serialize};

use super::score::ConfigSignals;
use crate::ratings::{PlateauPolicy, RatingHistory, RatingPoint};

/// Idle time of a config without games: its data could not be staler.
const NO_GAMES: Duration = Duration::from_secs(48 * 3600);

/// Remembers what events said of a config; hearing the same again changes nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct HeardSignals {
    quality: Option<f64>,
    diversity: Option<f64>,
    exploration: Option<(f64, UnixMillis)>,
    rating: Option<RatingEstimate>,
    course: RatingHistory,
}

/// Holds what the store says of a config at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ConfigCounts {
    /// Games stored.
    pub games: Games,
    /// When the newest of them was stored.
    pub newest: Option<UnixMillis>,
    /// Weight that the curriculum gives the config.
    pub curriculum: f64,
}

impl HeardSignals {
    /// Takes in how good the newest games are, and how many of them resemble no other; what is no number is passed over.
    pub fn graded(&mut self, quality: f64, diversity: f64) {
        let share = |number: f64| number.is_finite().then(|| number.clamp(0.0, 1.0));
        self.quality = share(quality).or(self.quality);
        self.diversity = share(diversity).or(self.diversity);
    }

    /// Takes in that the config should explore more until some time.
    pub fn explore(&mut self, factor: f64, until: UnixMillis) {
        self.exploration = Some((factor, until));
    }

    /// Takes in the champion's rating at a time.
    pub fn rated(&mut self, rating: RatingEstimate, at: UnixMillis, policy: &PlateauPolicy) {
        self.rating = Some(rating);
        let Elo(elo) = rating.elo;
        self.course.record(RatingPoint { at, elo: Elo(elo) }, policy);
    }

    /// Puts together what is known now.
    pub fn signals(&self, counts: ConfigCounts, now: UnixMillis, policy: &PlateauPolicy) -> ConfigSignals {
        let usual = ConfigSignals::default();
        let exploration = self.exploration.filter(|(_, until)| now < *until).map(|(factor, _)| factor);
        ConfigSignals {
            games: counts.games,
            idle: counts.newest.map_or(NO_GAMES, |newest| now.since(newest)),
            velocity: self.course.velocity(),
            trend: self.course.trend(policy),
            rating: self.rating,
            curriculum: counts.curriculum,
            quality: self.quality.unwrap_or(usual.quality),
            diversity: self.diversity.unwrap_or(usual.diversity),
            exploration: exploration.unwrap_or(usual.exploration),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::EloTrend;

    #[test]
    fn what_was_heard_becomes_signals_and_a_boost_ends_by_itself() {
        let policy = PlateauPolicy::default();
        let mut heard = HeardSignals::default();
        let counts = ConfigCounts { curriculum: 1.0, ..ConfigCounts::default() };
        assert_eq!(
            heard.signals(counts, UnixMillis(9), &policy),
            ConfigSignals { idle: NO_GAMES, ..Default::default() }
        );
        heard.graded(3.0, 0.5);
        heard.graded(f64::NAN, f64::NAN);
        heard.explore(1.5, UnixMillis(100));
        for (at, elo) in [(0, 400.0), (3_600_000, 430.0), (3_600_000, 990.0)] {
            let rating = RatingEstimate { elo: Elo(elo), low: Elo(elo - 9.0), high: Elo(elo + 9.0) };
            heard.rated(rating, UnixMillis(at), &policy);
        }
        let counts = ConfigCounts { newest: Some(UnixMillis(40)), ..counts };
        let signals = heard.signals(counts, UnixMillis(99), &policy);
        assert_eq!((signals.quality, signals.exploration, signals.diversity), (1.0, 1.5, 0.5));
        assert_eq!((signals.trend, signals.idle), (EloTrend::Accelerating, Duration::from_millis(59)));
        assert!((signals.velocity.0 - 30.0).abs() < 1e-9, "one time counts once");
        assert_eq!(heard.signals(counts, UnixMillis(100), &policy).exploration, 1.0);
    }
}
