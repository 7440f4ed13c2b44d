//! How the quality of games is watched.

use crate::check::Checks;

section! {
    /// Says how the quality of a config's newest games is watched, and below which training waits.
    pub struct QualitySection as "quality" {
        /// Seconds between two looks at the newest games.
        pub interval_seconds: u64 = 15,
        /// Newest games of a config that are looked at.
        pub games: u64 = 100,
        /// Games without which nothing is said.
        pub min_games: u64 = 20,
        /// Score under which games are of low quality.
        pub low: f64 = 0.6,
        /// Score from which they are of high quality.
        pub high: f64 = 0.8,
        /// Change of the score, or of the diversity, from which it is told again.
        pub change: f64 = 0.1,
        /// Score of the newest games under which no training run starts.
        pub min_to_train: f64 = 0.3,
    }
}

impl QualitySection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("quality.interval_seconds", self.interval_seconds, 1);
        checks.at_least("quality.min_games", self.min_games, 1);
        checks.require("quality.games", self.games >= self.min_games, "must not be under quality.min_games");
        for (key, share) in [
            ("quality.low", self.low),
            ("quality.high", self.high),
            ("quality.change", self.change),
            ("quality.min_to_train", self.min_to_train),
        ] {
            checks.share(key, share);
        }
        checks.ascending("quality.low", &[self.min_to_train, self.low, self.high]);
    }
}
