//! When memory counts as short: a pure function of the level before and the share in use.

use rr_config::{DevicesSection, MemorySection};
use serde::Serialize;

/// Says how short memory is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryLevel {
    /// There is enough.
    #[default]
    Normal,
    /// It gets less: people are told.
    Warned,
    /// It is short: new work is held.
    Pressure,
}

/// Holds the shares at which the level changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MemoryLimits {
    /// From here people are warned.
    pub warn: f64,
    /// From here new work is held.
    pub pressure: f64,
    /// Under this it is taken again.
    pub clear: f64,
}

impl MemoryLimits {
    /// Reads the shares.
    pub fn new(memory: &MemorySection, devices: &DevicesSection) -> Self {
        let pressure = devices.memory_pressure;
        Self { warn: devices.memory_warn, pressure, clear: pressure - memory.clear_gap }
    }
}

impl MemoryLevel {
    /// Returns the level that follows when `share` is in use: pressure ends only under the clearing share.
    #[must_use]
    pub fn next(self, share: f64, limits: &MemoryLimits) -> Self {
        let still = self == Self::Pressure && share >= limits.clear;
        if share >= limits.pressure || still {
            Self::Pressure
        } else if share >= limits.warn {
            Self::Warned
        } else {
            Self::Normal
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: MemoryLimits = MemoryLimits { warn: 0.75, pressure: 0.85, clear: 0.80 };

    #[test]
    fn levels_follow_the_shares_and_pressure_clears_late() {
        let path = [0.1, 0.75, 0.849, 0.85, 0.82, 0.80, 0.799, 0.74, 0.9, 0.2];
        let mut level = MemoryLevel::Normal;
        let levels: Vec<_> = path
            .into_iter()
            .map(|share| {
                level = level.next(share, &LIMITS);
                level
            })
            .collect();
        use MemoryLevel::{Normal, Pressure, Warned};
        let expected =
            [Normal, Warned, Warned, Pressure, Pressure, Pressure, Warned, Normal, Pressure, Normal];
        assert_eq!(levels, expected);
    }

    proptest! {
        #[test]
        fn more_memory_in_use_never_lowers_the_level(before in 0..3usize, a in 0.0..1.2f64, b in 0.0..1.2f64) {
            let before = [MemoryLevel::Normal, MemoryLevel::Warned, MemoryLevel::Pressure][before];
            let (less, more) = if a < b { (a, b) } else { (b, a) };
            prop_assert!(before.next(less, &LIMITS) <= before.next(more, &LIMITS));
        }
    }
}
