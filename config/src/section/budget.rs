//! How many simulations a move gets.

use crate::check::Checks;

section! {
    /// Says how many simulations a move gets: by the games of a config while it is young, by its Elo afterwards.
    pub struct BudgetSection as "budget" {
        /// Simulations of the tier THROUGHPUT.
        pub throughput: u32 = 64,
        /// Simulations of the tier STANDARD.
        pub standard: u32 = 800,
        /// Simulations of the tier QUALITY.
        pub quality: u32 = 800,
        /// Simulations of the tier ULTIMATE.
        pub ultimate: u32 = 1600,
        /// Simulations of the tier MASTER.
        pub master: u32 = 3200,
        /// Elo from which QUALITY is used.
        pub quality_from_elo: f64 = 1500.0,
        /// Elo from which ULTIMATE is used.
        pub ultimate_from_elo: f64 = 1800.0,
        /// Elo from which MASTER is used.
        pub master_from_elo: f64 = 2000.0,
        /// Numbers of games under which a young config gets the simulations at the same place of `bootstrap_simulations`.
        pub bootstrap_games: Vec<u64> = vec![100, 500, 1000],
        /// Simulations of a young config.
        pub bootstrap_simulations: Vec<u32> = vec![64, 150, 200],
    }
}

impl BudgetSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        for (key, simulations) in [
            ("budget.throughput", self.throughput),
            ("budget.standard", self.standard),
            ("budget.quality", self.quality),
            ("budget.ultimate", self.ultimate),
            ("budget.master", self.master),
        ] {
            checks.at_least(key, simulations.into(), 1);
        }
        checks.ascending(
            "budget.ultimate_from_elo",
            &[self.quality_from_elo, self.ultimate_from_elo, self.master_from_elo],
        );
        checks.require(
            "budget.bootstrap_simulations",
            self.bootstrap_games.len() == self.bootstrap_simulations.len()
                && !self.bootstrap_simulations.contains(&0),
            "must hold one number above 0 for each of budget.bootstrap_games",
        );
        checks.require(
            "budget.bootstrap_games",
            self.bootstrap_games.is_sorted_by(|a, b| a < b),
            "must rise from one to the next",
        );
    }
}
