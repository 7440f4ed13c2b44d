//! Levels of regression and what each asks for.

use rr_proto::{Elo, RegressionLevel};
use serde::{Deserialize, Serialize};

/// Says what to do about a regression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegressionAction {
    /// Goes on; nothing to say.
    None,
    /// Publishes the regression and explores more.
    Report,
    /// Makes the predecessor champion again.
    RollBack,
}

/// Holds how much a fall must be shown before it counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RegressionPolicy {
    /// Games of the champion without which nothing is decided.
    pub min_games: u32,
    /// Level from which the predecessor is made champion again.
    pub roll_back_from: RegressionLevel,
}

impl Default for RegressionPolicy {
    fn default() -> Self {
        Self { min_games: 50, roll_back_from: RegressionLevel::Critical }
    }
}

/// Names the level of a fall: from 20, 35, 50 and 75 Elo; `None` for less.
pub fn regression_level(drop: Elo) -> Option<RegressionLevel> {
    match drop.0 {
        d if d >= 75.0 => Some(RegressionLevel::Critical),
        d if d >= 50.0 => Some(RegressionLevel::Severe),
        d if d >= 35.0 => Some(RegressionLevel::Moderate),
        d if d >= 20.0 => Some(RegressionLevel::Minor),
        _ => None,
    }
}

impl RegressionPolicy {
    /// Decides on a fall of `drop` Elo that `games` games of the champion show.
    pub fn decide(&self, drop: Elo, games: u32) -> (Option<RegressionLevel>, RegressionAction) {
        let level = if games < self.min_games { None } else { regression_level(drop) };
        let action = match level {
            None => RegressionAction::None,
            Some(level) if level >= self.roll_back_from => RegressionAction::RollBack,
            Some(_) => RegressionAction::Report,
        };
        (level, action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_actions() {
        let policy = RegressionPolicy::default();
        for (drop, level, action) in [
            (-30.0, None, RegressionAction::None),
            (19.9, None, RegressionAction::None),
            (20.0, Some(RegressionLevel::Minor), RegressionAction::Report),
            (35.0, Some(RegressionLevel::Moderate), RegressionAction::Report),
            (50.0, Some(RegressionLevel::Severe), RegressionAction::Report),
            (75.0, Some(RegressionLevel::Critical), RegressionAction::RollBack),
        ] {
            assert_eq!(policy.decide(Elo(drop), 50), (level, action), "{drop}");
            assert_eq!(policy.decide(Elo(drop), 49), (None, RegressionAction::None));
        }
        assert_eq!(regression_level(Elo(f64::NAN)), None);
    }
}
