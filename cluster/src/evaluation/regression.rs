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
    /// Elo from which a fall is minor, moderate, severe and critical.
    pub levels: [Elo; 4],
}

impl Default for RegressionPolicy {
    fn default() -> Self {
        Self {
            min_games: 50,
            roll_back_from: RegressionLevel::Critical,
            levels: [20.0, 35.0, 50.0, 75.0].map(Elo),
        }
    }
}

impl RegressionPolicy {
    /// Names the level of a fall; `None` for less than a minor one.
    pub fn level(&self, drop: Elo) -> Option<RegressionLevel> {
        const NAMES: [RegressionLevel; 4] = [
            RegressionLevel::Minor,
            RegressionLevel::Moderate,
            RegressionLevel::Severe,
            RegressionLevel::Critical,
        ];
        self.levels.iter().zip(NAMES).rfind(|(from, _)| drop.0 >= from.0).map(|(_, name)| name)
    }

    /// Decides on a fall of `drop` Elo that `games` games of the champion show.
    pub fn decide(&self, drop: Elo, games: u32) -> (Option<RegressionLevel>, RegressionAction) {
        let level = if games < self.min_games { None } else { self.level(drop) };
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
        assert_eq!(policy.level(Elo(f64::NAN)), None);
        let strict = RegressionPolicy { levels: [1.0, 2.0, 3.0, 4.0].map(Elo), ..policy };
        assert_eq!(strict.level(Elo(3.5)), Some(RegressionLevel::Severe));
    }
}
