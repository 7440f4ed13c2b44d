//! The Wilson score interval of a win rate.

use serde::{Deserialize, Serialize};

/// Standard normal quantile of a two-sided 95 % interval.
pub(crate) const Z_95: f64 = 1.959_963_984_540_054;

/// Holds the 95 % Wilson interval of a proportion.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WilsonInterval {
    /// Lower bound, in `0..=1`.
    pub low: f64,
    /// Upper bound, in `0..=1`.
    pub high: f64,
}

impl WilsonInterval {
    /// Computes the interval of `score` points out of `games`.
    ///
    /// A draw counts as a part of a point, so `score` need not be whole; it is clamped to `0..=games`. No game
    /// gives the interval that knows nothing, `0..=1`.
    ///
    /// # Source
    /// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    pub fn of(score: f64, games: u32) -> Self {
        if games == 0 || !score.is_finite() {
            return Self { low: 0.0, high: 1.0 };
        }
        let n = f64::from(games);
        let p = (score / n).clamp(0.0, 1.0);
        let z2 = Z_95 * Z_95;
        let denominator = 1.0 + z2 / n;
        let centre = (p + z2 / (2.0 * n)) / denominator;
        let half = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / denominator;
        // Rounding must not push the interval off the proportion that it is about.
        Self { low: (centre - half).clamp(0.0, p), high: (centre + half).clamp(p, 1.0) }
    }

    /// Says whether the interval lies at or above `floor` as a whole.
    pub fn clears(&self, floor: f64) -> bool {
        self.low >= floor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fifty_games_at_55_percent_prove_nothing() {
        let interval = WilsonInterval::of(27.5, 50);
        assert!((interval.low - 0.4126).abs() < 0.005, "{interval:?}");
        assert!((interval.high - 0.6794).abs() < 0.005, "{interval:?}");
        assert!(!interval.clears(0.5));
    }

    #[test]
    fn no_games_know_nothing() {
        assert_eq!(WilsonInterval::of(0.0, 0), WilsonInterval { low: 0.0, high: 1.0 });
    }

    proptest! {
        #[test]
        fn contains_the_proportion_and_narrows(wins in 0u32..200, extra in 0u32..200) {
            let games = wins + extra + 1;
            let small = WilsonInterval::of(f64::from(wins), games);
            let p = f64::from(wins) / f64::from(games);
            prop_assert!(0.0 <= small.low && small.low <= p && p <= small.high && small.high <= 1.0);
            let large = WilsonInterval::of(f64::from(wins * 4), games * 4);
            prop_assert!(large.high - large.low <= small.high - small.low + 1e-12);
        }
    }
}
