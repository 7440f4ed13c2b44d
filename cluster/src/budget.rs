//! Search budgets by name, by the games of a config, and by its rating.

use std::fmt;

use rr_proto::{Elo, Games};
use serde::{Deserialize, Serialize};

/// Names a budget of simulations for one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BudgetTier {
    /// 64 simulations: the first hundred games, where games count more than their quality.
    Throughput,
    /// 150 simulations: up to 500 games.
    Bootstrap150,
    /// 200 simulations: up to 1,000 games.
    Bootstrap200,
    /// 800 simulations, under 1500 Elo.
    Standard,
    /// 800 simulations, from 1500 Elo.
    Quality,
    /// 1,600 simulations, from 1800 Elo.
    Ultimate,
    /// 3,200 simulations, from 2000 Elo.
    Master,
}

impl BudgetTier {
    /// Every budget, from the first to the last that a config passes through.
    pub const ALL: [Self; 7] = [
        Self::Throughput,
        Self::Bootstrap150,
        Self::Bootstrap200,
        Self::Standard,
        Self::Quality,
        Self::Ultimate,
        Self::Master,
    ];

    /// Chooses the budget of a config: by its games until it has 1,000, then by its champion's rating.
    ///
    /// A config without a rating counts as one under 1500.
    pub fn choose(games: Games, elo: Option<Elo>) -> Self {
        match games.0 {
            0..100 => Self::Throughput,
            100..500 => Self::Bootstrap150,
            500..1000 => Self::Bootstrap200,
            _ => match elo.map_or(0.0, Elo::get) {
                e if e >= 2000.0 => Self::Master,
                e if e >= 1800.0 => Self::Ultimate,
                e if e >= 1500.0 => Self::Quality,
                _ => Self::Standard,
            },
        }
    }

    /// Returns the simulations of one decision.
    pub fn simulations(self) -> u32 {
        match self {
            Self::Throughput => 64,
            Self::Bootstrap150 => 150,
            Self::Bootstrap200 => 200,
            Self::Standard | Self::Quality => 800,
            Self::Ultimate => 1600,
            Self::Master => 3200,
        }
    }

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Throughput => "THROUGHPUT",
            Self::Bootstrap150 => "BOOTSTRAP_150",
            Self::Bootstrap200 => "BOOTSTRAP_200",
            Self::Standard => "STANDARD",
            Self::Quality => "QUALITY",
            Self::Ultimate => "ULTIMATE",
            Self::Master => "MASTER",
        }
    }
}

impl fmt::Display for BudgetTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tiers_are_honoured() {
        for (games, elo, name, simulations) in [
            (0, None, "THROUGHPUT", 64),
            (99, Some(2500.0), "THROUGHPUT", 64),
            (100, None, "BOOTSTRAP_150", 150),
            (499, None, "BOOTSTRAP_150", 150),
            (500, None, "BOOTSTRAP_200", 200),
            (999, Some(1900.0), "BOOTSTRAP_200", 200),
            (1000, None, "STANDARD", 800),
            (1000, Some(1499.9), "STANDARD", 800),
            (1000, Some(1500.0), "QUALITY", 800),
            (1000, Some(1800.0), "ULTIMATE", 1600),
            (1000, Some(2000.0), "MASTER", 3200),
            (1000, Some(f64::NAN), "STANDARD", 800),
        ] {
            let budget = BudgetTier::choose(Games(games), elo.map(Elo));
            assert_eq!((budget.name(), budget.simulations()), (name, simulations), "{games} games, {elo:?}");
        }
    }

    #[test]
    fn the_written_name_is_the_name() {
        for budget in BudgetTier::ALL {
            let json = serde_json::to_value(budget).unwrap();
            assert_eq!(serde_json::from_value::<BudgetTier>(json.clone()).unwrap(), budget);
            assert_eq!(json.as_str().unwrap().replace('_', ""), budget.name().replace('_', ""));
        }
    }

    proptest! {
        #[test]
        fn never_falls_with_games_or_rating(games in 0u64..3000, more in 0u64..3000, elo in 0.0f64..2500.0, gain in 0.0f64..500.0) {
            let before = BudgetTier::choose(Games(games), Some(Elo(elo)));
            let after = BudgetTier::choose(Games(games + more), Some(Elo(elo + gain)));
            prop_assert!(after >= before);
        }
    }
}
