//! How candidates are measured.

use crate::check::Checks;

section! {
    /// Says how a candidate is measured against the champion and the anchors.
    pub struct EvaluationSection as "evaluation" {
        /// Elo gain at and under which a candidate is refused.
        pub elo0: f64 = 0.0,
        /// Elo gain from which it is accepted.
        pub elo1: f64 = 30.0,
        /// Elo gain from which the first candidate is accepted against the random start.
        pub first_elo1: f64 = 100.0,
        /// Chance of accepting a candidate that is no better.
        pub alpha: f64 = 0.05,
        /// Chance of refusing one that is better.
        pub beta: f64 = 0.05,
        /// Games against the champion, at most.
        pub max_games: u32 = 400,
        /// Games played at the same time.
        pub concurrent_games: u32 = 32,
        /// Simulations of a move; 0 takes the budget of self-play.
        pub simulations: u32 = 64,
        /// Decisions that open a game, drawn with equal chances; each opening is played in every seat rotation.
        pub opening_moves: u32 = 4,
        /// Games against each anchor (random, heuristic) after a test that was not lost; a match ends sooner once its win rate is known to ten points.
        pub anchor_games: u32 = 64,
        /// Most games against an anchor whose floor decides on the promotion, while they do not tell on which side of the floor the win rate lies.
        pub floor_games: u32 = 256,
        /// The same for the first candidate, whose promotion does not hang on them.
        pub first_anchor_games: u32 = 24,
        /// Seconds after which an evaluation is closed with the games it has.
        pub deadline_seconds: u64 = 3600,
        /// Plies after which a game counts as drawn.
        pub max_plies: u32 = 2000,
        /// Seed of the openings.
        pub seed: u64 = 0,
    }
}

impl EvaluationSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.require("evaluation.elo1", self.elo1 > self.elo0, "must be above evaluation.elo0");
        checks.require("evaluation.first_elo1", self.first_elo1 > self.elo0, "must be above evaluation.elo0");
        for (key, chance) in [("evaluation.alpha", self.alpha), ("evaluation.beta", self.beta)] {
            checks.require(key, chance > 0.0 && chance < 0.5, "must be above 0 and under 0.5");
        }
        checks.at_least("evaluation.max_games", self.max_games.into(), 2);
        checks.at_least("evaluation.concurrent_games", self.concurrent_games.into(), 1);
        checks.at_least("evaluation.deadline_seconds", self.deadline_seconds, 1);
        checks.at_least("evaluation.max_plies", self.max_plies.into(), 1);
    }
}
