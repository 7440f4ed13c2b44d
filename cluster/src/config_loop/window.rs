//! The size of the replay window.

use rr_proto::Samples;
use serde::{Deserialize, Serialize};

/// Grows the replay window as a power of all samples ever stored.
///
/// # Source
/// KataGo, `SelfplayTraining.md`: `N = min + expand · ((x^a − s^a) / (a · s^(a−1)))` with `s` the smallest window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReplayWindow {
    /// Smallest window, also the scale of the law.
    pub min: Samples,
    /// Power of the law, in `0..=1`.
    pub exponent: f64,
    /// Slope of the law at the smallest window.
    pub expand: f64,
}

impl Default for ReplayWindow {
    fn default() -> Self {
        Self { min: Samples(20_000), exponent: 0.65, expand: 0.4 }
    }
}

impl ReplayWindow {
    /// Returns how many of the latest samples are trained on when `total` were stored; never more than there are.
    pub fn size(&self, total: Samples) -> Samples {
        if total <= self.min {
            return total;
        }
        let (x, s, a) = (total.0 as f64, self.min.0.max(1) as f64, self.exponent);
        let grown = s + self.expand * (x.powf(a) - s.powf(a)) / (a * s.powf(a - 1.0));
        if grown.is_finite() { Samples((grown as u64).clamp(self.min.0, total.0)) } else { self.min }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn follows_the_law() {
        let window = ReplayWindow { min: Samples(250_000), exponent: 0.65, expand: 0.4 };
        assert_eq!(window.size(Samples(100)), Samples(100));
        assert_eq!(window.size(Samples(250_000)), Samples(250_000));
        // 250000 · (1 + 0.4 · (4^0.65 − 1) / 0.65)
        assert_eq!(window.size(Samples(1_000_000)).0, 474_967);
    }

    proptest! {
        #[test]
        fn grows_with_data_and_never_past_it(min in 0u64..100_000, total in 0u64..10_000_000, more in 0u64..1_000_000) {
            let window = ReplayWindow { min: Samples(min), ..ReplayWindow::default() };
            let (small, large) = (window.size(Samples(total)), window.size(Samples(total + more)));
            prop_assert!(small <= large && large.0 <= total + more);
            prop_assert!(small.0 >= min.min(total));
        }
    }
}
