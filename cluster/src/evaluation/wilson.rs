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
        Self::within(score, games, Z_95)
    }

    /// Computes the interval with another confidence than 95 %, above 0 and under 1.
    pub fn with_confidence(score: f64, games: u32, confidence: f64) -> Self {
        Self::within(score, games, normal_quantile(0.5 + confidence / 2.0))
    }

    fn within(score: f64, games: u32, z: f64) -> Self {
        if games == 0 || !score.is_finite() {
            return Self { low: 0.0, high: 1.0 };
        }
        let n = f64::from(games);
        let p = (score / n).clamp(0.0, 1.0);
        let z2 = z * z;
        let denominator = 1.0 + z2 / n;
        let centre = (p + z2 / (2.0 * n)) / denominator;
        let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / denominator;
        // Rounding must not push the interval off the proportion that it is about.
        Self { low: (centre - half).clamp(0.0, p), high: (centre + half).clamp(p, 1.0) }
    }

    /// Says whether the interval lies at or above `floor` as a whole.
    pub fn clears(&self, floor: f64) -> bool {
        self.low >= floor
    }
}

/// Returns the value that a standard normal variable stays under with this chance.
///
/// # Source
/// P. J. Acklam's rational approximation for the middle, by symmetry and its tail form elsewhere; relative error under 1.2e-9.
fn normal_quantile(chance: f64) -> f64 {
    const A: [f64; 6] = [
        -39.696_830_286_653_76,
        220.946_098_424_520_5,
        -275.928_510_446_968_7,
        138.357_751_867_269,
        -30.664_798_066_147_16,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -54.476_098_798_224_06,
        161.585_836_858_040_9,
        -155.698_979_859_886_6,
        66.801_311_887_719_72,
        -13.280_681_552_885_72,
        1.0,
    ];
    const C: [f64; 6] = [
        -0.007_784_894_002_430_293,
        -0.322_396_458_041_136_5,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        0.007_784_695_709_041_462,
        0.322_467_129_070_039_8,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    /// Under this chance, and above one less it, the tail form holds.
    const TAIL: f64 = 0.02425;
    let polynomial = |factors: &[f64], x: f64| factors.iter().fold(0.0, |sum, factor| sum * x + factor);
    let lower = |chance: f64| {
        let q = (-2.0 * chance.ln()).sqrt();
        polynomial(&C, q) / polynomial(&D, q)
    };
    if chance < TAIL {
        lower(chance)
    } else if chance > 1.0 - TAIL {
        -lower(1.0 - chance)
    } else {
        let q = chance - 0.5;
        q * polynomial(&A, q * q) / polynomial(&B, q * q)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_of_the_normal_distribution() {
        for (chance, value) in
            [(0.5, 0.0), (0.75, 0.674_489_75), (0.95, 1.644_853_63), (0.975, Z_95), (0.995, 2.575_829_3)]
        {
            assert!((normal_quantile(chance) - value).abs() < 1e-7, "{chance}");
            assert!((normal_quantile(1.0 - chance) + value).abs() < 1e-7, "{chance}");
        }
    }

    #[test]
    fn more_confidence_is_a_wider_interval() {
        let usual = WilsonInterval::with_confidence(45.0, 50, 0.95);
        assert!((usual.low - WilsonInterval::of(45.0, 50).low).abs() < 1e-8);
        assert!(WilsonInterval::with_confidence(45.0, 50, 0.99).low < usual.low);
        assert!(WilsonInterval::with_confidence(45.0, 50, 0.5).low > usual.low);
    }

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
