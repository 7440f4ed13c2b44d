//! When a disk counts as short: a pure function of the level before and what is free.

use rr_config::{KeepingSection, StorageSection};
use rr_proto::ResourceLevel;
use serde::Serialize;

use super::probe::DiskReading;

/// Part of a disk that a bound may take at most: on a small disk the bounds shrink with it.
const MOST_OF_DISK: u64 = 10;
/// Part of the bound of held work that is left in an emergency.
const EMERGENCY: u64 = 4;

/// Says how short a disk is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskLevel {
    /// There is enough.
    #[default]
    Normal,
    /// It fills up: people are told, and what can go goes.
    Warned,
    /// New work is held.
    Critical,
    /// Not much is left even for the store.
    Emergency,
}

/// Holds the bounds of the levels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DiskLimits {
    /// Share in use from which people are warned, where less than `ample_bytes` is free.
    pub warn: f64,
    /// Free bytes that are enough whatever the share.
    pub ample_bytes: u64,
    /// Free bytes under which work is held.
    pub least_bytes: u64,
    /// Free bytes by which a bound must be passed on the way back.
    pub gap_bytes: u64,
}

impl DiskLimits {
    /// Takes the bounds from the configuration.
    pub fn new(storage: &StorageSection, keeping: &KeepingSection) -> Self {
        let bytes = |mb: u64| mb.saturating_mul(1024 * 1024);
        Self {
            warn: keeping.disk_warn,
            ample_bytes: bytes(keeping.disk_ample_mb),
            least_bytes: bytes(storage.min_free_mb),
            gap_bytes: bytes(keeping.disk_clear_gap_mb),
        }
    }
}

impl DiskLevel {
    /// Returns the level that follows a reading: a level is left only when its bound is passed by the gap.
    #[must_use]
    pub fn next(self, reading: DiskReading, limits: &DiskLimits) -> Self {
        let gap = limits.gap_bytes.min(reading.total_bytes / MOST_OF_DISK);
        let nearly = DiskReading { free_bytes: reading.free_bytes.saturating_sub(gap), ..reading };
        Self::of(reading, limits).max(self.min(Self::of(nearly, limits)))
    }

    /// Returns the level of a reading by itself.
    fn of(reading: DiskReading, limits: &DiskLimits) -> Self {
        let least = limits.least_bytes.min(reading.total_bytes / MOST_OF_DISK);
        let free = reading.free_bytes;
        if free < least / EMERGENCY {
            Self::Emergency
        } else if free < least {
            Self::Critical
        } else if free < limits.ample_bytes && reading.share() >= limits.warn {
            Self::Warned
        } else {
            Self::Normal
        }
    }

    /// Returns the word of events for it.
    pub fn told(self) -> ResourceLevel {
        match self {
            Self::Normal => ResourceLevel::Normal,
            Self::Warned => ResourceLevel::Warning,
            Self::Critical => ResourceLevel::Critical,
            Self::Emergency => ResourceLevel::Emergency,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MIB: u64 = 1024 * 1024;
    const GIB: u64 = 1024 * MIB;
    const LEVELS: [DiskLevel; 4] =
        [DiskLevel::Normal, DiskLevel::Warned, DiskLevel::Critical, DiskLevel::Emergency];

    fn limits() -> DiskLimits {
        DiskLimits::new(&StorageSection::default(), &KeepingSection::default())
    }

    fn level(free_bytes: u64, total_bytes: u64) -> DiskLevel {
        DiskLevel::Normal.next(DiskReading { free_bytes, total_bytes }, &limits())
    }

    #[test]
    fn the_documented_levels_on_disks_of_people_and_of_machines() {
        use DiskLevel::{Critical, Emergency, Normal, Warned};
        assert_eq!(level(1000 * GIB, 2000 * GIB), Normal, "a big half-full disk");
        assert_eq!(level(100 * GIB, 2000 * GIB), Normal, "95 % of a big disk leave 100 GiB");
        assert_eq!(level(3 * GIB, 40 * GIB), Normal);
        assert_eq!(level(GIB, 2 * GIB), Normal, "a small half-empty disk");
        assert_eq!(level(GIB, 40 * GIB), Warned);
        assert_eq!(level(255 * MIB, 40 * GIB), Critical);
        assert_eq!(level(63 * MIB, 40 * GIB), Emergency);
        assert_eq!(level(100 * MIB, 500 * MIB), Normal, "a disk smaller than the bound allows");
        assert_eq!(level(49 * MIB, 500 * MIB), Critical);
    }

    #[test]
    fn held_work_is_let_go_only_past_the_gap() {
        let mut level = DiskLevel::Normal;
        let mut at = |mib: u64| {
            level = level.next(DiskReading { free_bytes: mib * MIB, total_bytes: 40 * GIB }, &limits());
            level
        };
        use DiskLevel::{Critical, Warned};
        assert_eq!(
            [at(256), at(255), at(256), at(319), at(320)],
            [Warned, Critical, Critical, Critical, Warned]
        );
    }

    proptest! {
        #[test]
        fn more_room_never_raises_the_level(before in 0usize..4, a in 0..4096u64, b in 0..4096u64, total in 1u64..8192) {
            let (less, more) = (a.min(b).min(total), a.max(b).min(total));
            let read = |free: u64| DiskReading { free_bytes: free * MIB, total_bytes: total * MIB };
            prop_assert!(LEVELS[before].next(read(more), &limits()) <= LEVELS[before].next(read(less), &limits()));
        }

        #[test]
        fn a_reading_that_stays_keeps_its_level(before in 0usize..4, free in 0..4096u64, total in 1u64..8192) {
            let reading = DiskReading { free_bytes: free.min(total) * MIB, total_bytes: total * MIB };
            let level = LEVELS[before].next(reading, &limits());
            prop_assert_eq!(level.next(reading, &limits()), level);
        }
    }
}
