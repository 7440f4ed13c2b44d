//! The course of a config's rating: velocity, plateau, momentum.

use rr_config::PromotionSection;
use rr_proto::{Elo, EloPerHour, UnixMillis};
use serde::{Deserialize, Serialize};

/// Says what a plateau is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlateauPolicy {
    /// Ratings that the trend looks back on.
    pub ratings: usize,
    /// Gain over them under which a config stands on a plateau.
    pub gain: Elo,
}

impl From<&PromotionSection> for PlateauPolicy {
    fn from(section: &PromotionSection) -> Self {
        Self { ratings: section.plateau_ratings as usize, gain: Elo(section.plateau_elo) }
    }
}

impl Default for PlateauPolicy {
    fn default() -> Self {
        Self::from(&PromotionSection::default())
    }
}

/// Fastest velocity that is told, in Elo an hour: two ratings of one moment, as before and after a promotion, would say millions.
const MOST_VELOCITY: f64 = 1_000.0;

/// Holds one rating and when it was reached.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RatingPoint {
    /// When.
    pub at: UnixMillis,
    /// The rating.
    pub elo: Elo,
}

/// Names how a config's rating moves over the ratings that are looked back on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EloTrend {
    /// Gained 25 Elo or more.
    Accelerating,
    /// Gained 12 Elo or more.
    Improving,
    /// Neither gained nor lost enough to say.
    Stable,
    /// Moved by less than a plateau's gain over all of them.
    Plateau,
    /// Lost more than 12 Elo.
    Regressing,
}

/// Reduces the ratings of one config to its velocity and trend.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RatingHistory {
    points: Vec<RatingPoint>,
}

impl RatingHistory {
    /// Adds a rating; points may come in any order, one time counts once, and only the latest are kept.
    pub fn record(&mut self, point: RatingPoint, policy: &PlateauPolicy) {
        if !point.elo.0.is_finite() {
            return;
        }
        match self.points.binary_search_by_key(&point.at, |p| p.at) {
            Ok(_) => return,
            Err(place) => self.points.insert(place, point),
        }
        let old = self.points.len().saturating_sub(policy.ratings);
        self.points.drain(..old);
    }

    /// Returns the latest rating.
    pub fn latest(&self) -> Option<Elo> {
        self.points.last().map(|p| p.elo)
    }

    /// Returns the points that the trend looks back on, oldest first.
    pub fn points(&self) -> &[RatingPoint] {
        &self.points
    }

    /// Returns the gain from the oldest to the latest rating kept, zero with less than two.
    pub fn gain(&self) -> f64 {
        match (self.points.first(), self.points.last()) {
            (Some(first), Some(last)) => last.elo.0 - first.elo.0,
            _ => 0.0,
        }
    }

    /// Returns the slope of the least-squares line through the ratings kept, zero with less than two, and a thousand Elo an hour at most.
    pub fn velocity(&self) -> EloPerHour {
        let n = self.points.len();
        if n < 2 {
            return EloPerHour(0.0);
        }
        let origin = self.points[0].at;
        let hours = |p: &RatingPoint| p.at.since(origin).as_secs_f64() / 3600.0;
        let mean_h = self.points.iter().map(hours).sum::<f64>() / n as f64;
        let mean_e = self.points.iter().map(|p| p.elo.0).sum::<f64>() / n as f64;
        let cov: f64 = self.points.iter().map(|p| (hours(p) - mean_h) * (p.elo.0 - mean_e)).sum();
        let var: f64 = self.points.iter().map(|p| (hours(p) - mean_h).powi(2)).sum();
        EloPerHour(if var > 0.0 { (cov / var).clamp(-MOST_VELOCITY, MOST_VELOCITY) } else { 0.0 })
    }

    /// Says whether there are enough ratings and they moved by less than the gain of a plateau.
    pub fn on_plateau(&self, policy: &PlateauPolicy) -> bool {
        self.points.len() >= policy.ratings && self.gain().abs() < policy.gain.0
    }

    /// Returns the trend over the ratings kept.
    pub fn trend(&self, policy: &PlateauPolicy) -> EloTrend {
        let gain = self.gain();
        if gain >= 25.0 {
            EloTrend::Accelerating
        } else if gain >= 12.0 {
            EloTrend::Improving
        } else if gain < -12.0 {
            EloTrend::Regressing
        } else if self.on_plateau(policy) {
            EloTrend::Plateau
        } else {
            EloTrend::Stable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn history(elos: &[f64]) -> RatingHistory {
        let mut history = RatingHistory::default();
        for (i, elo) in elos.iter().enumerate() {
            let point = RatingPoint { at: UnixMillis(1_000_000 + i as u64 * 1_800_000), elo: Elo(*elo) };
            history.record(point, &PlateauPolicy::default());
        }
        history
    }

    #[test]
    fn velocity_is_per_hour() {
        assert!((history(&[400.0, 410.0, 420.0]).velocity().0 - 20.0).abs() < 1e-9);
        assert_eq!(history(&[400.0]).velocity(), EloPerHour(0.0));
        let mut moment = RatingHistory::default();
        for (at, elo) in [(1_000, 400.0), (1_002, 700.0)] {
            moment.record(RatingPoint { at: UnixMillis(at), elo: Elo(elo) }, &PlateauPolicy::default());
        }
        assert_eq!(moment.velocity(), EloPerHour(1_000.0));
    }

    #[test]
    fn trend_levels() {
        let house = PlateauPolicy::default();
        assert_eq!(history(&[500.0, 525.0]).trend(&house), EloTrend::Accelerating);
        assert_eq!(history(&[500.0, 512.0]).trend(&house), EloTrend::Improving);
        assert_eq!(history(&[500.0, 502.0]).trend(&house), EloTrend::Stable);
        assert_eq!(history(&[500.0, 504.0, 498.0, 501.0, 504.9]).trend(&house), EloTrend::Plateau);
        assert_eq!(history(&[500.0, 487.0]).trend(&house), EloTrend::Regressing);
        assert_eq!(history(&[]).trend(&house), EloTrend::Stable);
    }

    #[test]
    fn the_configuration_says_what_a_plateau_is() {
        let section = PromotionSection { plateau_ratings: 3, plateau_elo: 9.0, ..Default::default() };
        let policy = PlateauPolicy::from(&section);
        assert!(history(&[500.0, 504.0, 508.0]).on_plateau(&policy));
        assert!(!history(&[500.0, 504.0, 509.0]).on_plateau(&policy));
        assert!(!history(&[500.0, 504.0]).on_plateau(&policy));
    }

    proptest! {
        #[test]
        fn duplicates_and_order_do_not_matter(points in prop::collection::btree_map(0u64..10_000_000, 0.0f64..3000.0, 1..5)) {
            let mut forward = RatingHistory::default();
            let mut backward = RatingHistory::default();
            for (at_ms, elo) in points.iter().chain(&points) {
                forward.record(RatingPoint { at: UnixMillis(*at_ms), elo: Elo(*elo) }, &PlateauPolicy::default());
            }
            for (at_ms, elo) in points.iter().rev() {
                backward.record(RatingPoint { at: UnixMillis(*at_ms), elo: Elo(*elo) }, &PlateauPolicy::default());
            }
            prop_assert_eq!(forward, backward);
        }
    }
}
