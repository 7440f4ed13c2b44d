//! Units as types, so that games are not added to samples nor Elo to Elo per hour.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Sub},
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// Defines a count: an integer with a unit.
macro_rules! count {
    ($(#[$doc:meta])* $name:ident($inner:ty), $unit:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// None of them.
            pub const ZERO: Self = Self(0);

            /// Returns the bare number.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }

            /// Subtracts, stopping at zero.
            #[must_use]
            pub const fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }

        impl Add for $name {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self::ZERO, Add::add)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("{} ", $unit), self.0)
            }
        }
    };
}

count!(
    /// Counts games.
    Games(u64), "games"
);
count!(
    /// Counts training samples: positions that carry a target.
    Samples(u64), "samples"
);
count!(
    /// Counts plies: applied moves, bookkeeping moves included.
    Plies(u64), "plies"
);
count!(
    /// Counts optimizer steps.
    TrainingSteps(u64), "steps"
);
count!(
    /// Numbers the champions of a config; the random start is generation 0.
    Generation(u32), "generations"
);

/// Rates strength on the Elo scale of one config, where the random player stands at 400.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Elo(pub f64);

impl Elo {
    /// Returns the bare number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// Returns how fast this gain was made; zero over no time.
    #[must_use]
    pub fn per(self, time: Duration) -> EloPerHour {
        let hours = time.as_secs_f64() / 3600.0;
        EloPerHour(if hours > 0.0 { self.0 / hours } else { 0.0 })
    }
}

impl Add for Elo {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Elo {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl fmt::Display for Elo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} Elo", self.0)
    }
}

/// Measures progress in Elo gained in an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EloPerHour(pub f64);

impl EloPerHour {
    /// Returns the bare number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for EloPerHour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+.1} Elo/h", self.0)
    }
}

/// Holds a rating with its 95 % interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct RatingEstimate {
    /// The most likely rating.
    pub elo: Elo,
    /// The interval's lower end.
    pub low: Elo,
    /// The interval's upper end.
    pub high: Elo,
}

/// Tells a moment in milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// Returns the bare number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the time passed since `earlier`; zero where the clock went back.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// Returns the moment `time` later.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_and_never_go_below_zero() {
        assert_eq!([Games(2), Games(3)].into_iter().sum::<Games>(), Games(5));
        assert_eq!(Samples(1).saturating_sub(Samples(4)), Samples::ZERO);
        assert_eq!(Games(7).to_string(), "7 games");
    }

    #[test]
    fn velocity_is_per_hour() {
        assert_eq!(Elo(30.0).per(Duration::from_secs(1800)), EloPerHour(60.0));
        assert_eq!(Elo(30.0).per(Duration::ZERO), EloPerHour(0.0));
    }

    #[test]
    fn a_clock_that_went_back_gives_no_time() {
        assert_eq!(UnixMillis(5).since(UnixMillis(9)), Duration::ZERO);
        assert_eq!(UnixMillis(5).after(Duration::from_millis(7)), UnixMillis(12));
    }
}
