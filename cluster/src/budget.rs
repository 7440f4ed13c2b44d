//! Search budgets by name, by the games of a config, and by its rating.

use std::fmt;

use rr_config::BudgetSection;
use rr_proto::{Elo, Games};

/// Names a budget of simulations for one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BudgetTier {
    /// The first games, where games count more than their quality.
    Throughput,
    /// Later games of a young config, named by their simulations.
    Bootstrap(u32),
    /// Enough games, and a rating under the next one's.
    Standard,
    /// A rating from which quality counts.
    Quality,
    /// A higher rating.
    Ultimate,
    /// The highest ratings.
    Master,
}

impl fmt::Display for BudgetTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throughput => f.pad("THROUGHPUT"),
            Self::Bootstrap(simulations) => f.pad(&format!("BOOTSTRAP_{simulations}")),
            Self::Standard => f.pad("STANDARD"),
            Self::Quality => f.pad("QUALITY"),
            Self::Ultimate => f.pad("ULTIMATE"),
            Self::Master => f.pad("MASTER"),
        }
    }
}

/// Says which budget a config gets, and how many simulations each is.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetPolicy {
    throughput: u32,
    /// Numbers of games under which a young config gets so many simulations, rising.
    bootstrap: Vec<(Games, u32)>,
    standard: u32,
    /// Ratings from which a budget is used, with its simulations, highest first.
    by_rating: [(Elo, BudgetTier, u32); 3],
}

impl From<&BudgetSection> for BudgetPolicy {
    fn from(section: &BudgetSection) -> Self {
        let games = section.bootstrap_games.iter().map(|games| Games(*games));
        Self {
            throughput: section.throughput,
            bootstrap: games.zip(section.bootstrap_simulations.iter().copied()).collect(),
            standard: section.standard,
            by_rating: [
                (Elo(section.master_from_elo), BudgetTier::Master, section.master),
                (Elo(section.ultimate_from_elo), BudgetTier::Ultimate, section.ultimate),
                (Elo(section.quality_from_elo), BudgetTier::Quality, section.quality),
            ],
        }
    }
}

impl Default for BudgetPolicy {
    fn default() -> Self {
        Self::from(&BudgetSection::default())
    }
}

impl BudgetPolicy {
    /// Chooses the budget of a config: by its games while it is young, then by its champion's rating.
    ///
    /// A config without a rating counts as one under all of them.
    pub fn choose(&self, games: Games, elo: Option<Elo>) -> BudgetTier {
        if let Some((_, simulations)) = self.bootstrap.iter().find(|(under, _)| games < *under) {
            return if *simulations == self.throughput {
                BudgetTier::Throughput
            } else {
                BudgetTier::Bootstrap(*simulations)
            };
        }
        let reached = |(from, ..): &&(Elo, BudgetTier, u32)| elo.is_some_and(|elo| elo.0 >= from.0);
        self.by_rating.iter().find(reached).map_or(BudgetTier::Standard, |(_, tier, _)| *tier)
    }

    /// Returns the simulations of one decision.
    pub fn simulations(&self, tier: BudgetTier) -> u32 {
        match tier {
            BudgetTier::Throughput => self.throughput,
            BudgetTier::Bootstrap(simulations) => simulations,
            BudgetTier::Standard => self.standard,
            BudgetTier::Quality | BudgetTier::Ultimate | BudgetTier::Master => self
                .by_rating
                .iter()
                .find(|(_, named, _)| *named == tier)
                .map_or(self.standard, |(.., simulations)| *simulations),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_house_budgets_are_honoured() {
        let policy = BudgetPolicy::default();
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
            let tier = policy.choose(Games(games), elo.map(Elo));
            let found = (tier.to_string(), policy.simulations(tier));
            assert_eq!(found, (name.to_owned(), simulations), "{games} games, {elo:?}");
        }
    }

    #[test]
    fn the_configuration_moves_every_number() {
        let policy = BudgetPolicy::from(&BudgetSection {
            throughput: 10,
            standard: 11,
            quality: 12,
            ultimate: 13,
            master: 14,
            quality_from_elo: 500.0,
            ultimate_from_elo: 600.0,
            master_from_elo: 700.0,
            bootstrap_games: vec![5, 7],
            bootstrap_simulations: vec![10, 9],
        });
        for (games, elo, name, simulations) in [
            (4, None, "THROUGHPUT", 10),
            (5, None, "BOOTSTRAP_9", 9),
            (7, None, "STANDARD", 11),
            (7, Some(500.0), "QUALITY", 12),
            (7, Some(600.0), "ULTIMATE", 13),
            (7, Some(700.0), "MASTER", 14),
        ] {
            let tier = policy.choose(Games(games), elo.map(Elo));
            assert_eq!((tier.to_string(), policy.simulations(tier)), (name.to_owned(), simulations));
        }
        let grown =
            BudgetSection { bootstrap_games: vec![], bootstrap_simulations: vec![], ..Default::default() };
        assert_eq!(BudgetPolicy::from(&grown).choose(Games(0), None), BudgetTier::Standard);
    }

    proptest! {
        #[test]
        fn never_falls_with_games_or_rating(games in 0u64..3000, more in 0u64..3000, elo in 0.0f64..2500.0, gain in 0.0f64..500.0) {
            let policy = BudgetPolicy::default();
            let before = policy.choose(Games(games), Some(Elo(elo)));
            let after = policy.choose(Games(games + more), Some(Elo(elo + gain)));
            prop_assert!(after >= before);
        }
    }
}
