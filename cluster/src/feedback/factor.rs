//! A factor that ends by itself.

use rr_proto::UnixMillis;
use serde::{Deserialize, Serialize};

/// Multiplies a number of the configuration until some time; one is as configured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TunedFactor {
    value: f64,
    until: UnixMillis,
}

impl Default for TunedFactor {
    fn default() -> Self {
        Self { value: 1.0, until: UnixMillis(0) }
    }
}

impl TunedFactor {
    /// Makes a factor that holds until some time; one that is no number is one.
    pub fn new(value: f64, until: UnixMillis) -> Self {
        Self { value: if value.is_finite() { value } else { 1.0 }, until }
    }

    /// Returns what to multiply by now.
    pub fn now(&self, now: UnixMillis) -> f64 {
        if now < self.until { self.value } else { 1.0 }
    }

    /// Returns when it ends.
    pub fn until(&self) -> UnixMillis {
        self.until
    }

    /// Says whether it is over and nobody has noted it yet.
    pub(super) fn is_over(&self, now: UnixMillis) -> bool {
        self.value != 1.0 && now >= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_by_itself() {
        let factor = TunedFactor::new(1.5, UnixMillis(10));
        assert_eq!((factor.now(UnixMillis(9)), factor.now(UnixMillis(10))), (1.5, 1.0));
        assert!(!factor.is_over(UnixMillis(9)) && factor.is_over(UnixMillis(10)));
        assert_eq!(TunedFactor::new(f64::NAN, UnixMillis(10)).now(UnixMillis(1)), 1.0);
        assert!(!TunedFactor::default().is_over(UnixMillis(1)));
    }
}
