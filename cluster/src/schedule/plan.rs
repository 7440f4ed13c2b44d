//! One round of the schedule: every config's score, its share, and the games that follow.

use std::collections::BTreeMap;

use rr_proto::{ConfigKey, Games};
use serde::{Deserialize, Serialize};

use super::allocation::{allocate, shares};
use super::score::{ConfigSignals, ScheduleScore};
use super::weights::ScheduleWeights;

/// Part of an equal share that a config gets however low its score is: it could never show otherwise that it deserves more.
const FLOOR: f64 = 0.2;
/// Games of a round for each config, on average.
const ROUND_GAMES: u64 = 500;
/// Fewest and most games that a config is asked for at a time.
const TARGETS: (u64, u64) = (100, 2_000);
/// Share by which a target has to move before anybody is told.
const NEWS: f64 = 0.1;

/// Says how one config is weighed, and what it gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfigExplanation {
    /// Which config.
    pub config: ConfigKey,
    /// Its score, term by term.
    pub score: ScheduleScore,
    /// Its share of self-play, in `0..=1`; the shares of a plan add up to one.
    pub share: f64,
    /// Games that are wanted of it next.
    pub target: Games,
}

/// Holds what every config gets in a round.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SchedulePlan {
    /// The configs, in the order of their keys.
    pub configs: Vec<ConfigExplanation>,
}

impl SchedulePlan {
    /// Weighs the configs against one another.
    pub fn of(signals: &BTreeMap<ConfigKey, ConfigSignals>, weights: &ScheduleWeights) -> Self {
        let scores: BTreeMap<ConfigKey, ScheduleScore> =
            signals.iter().map(|(key, signals)| (*key, ScheduleScore::of(signals, weights))).collect();
        let totals: BTreeMap<ConfigKey, f64> =
            scores.iter().map(|(key, score)| (*key, score.total)).collect();
        let shares = shares(&totals, FLOOR);
        let games = allocate(&totals, Games(ROUND_GAMES.saturating_mul(totals.len() as u64)), FLOOR);
        let explain = |(config, score): (ConfigKey, ScheduleScore)| {
            let share = shares.get(&config).copied().unwrap_or(0.0);
            let target = target(games.get(&config).copied().unwrap_or_default(), &score);
            ConfigExplanation { config, score, share, target }
        };
        Self { configs: scores.into_iter().map(explain).collect() }
    }

    /// Returns every config's share.
    pub fn shares(&self) -> BTreeMap<ConfigKey, f64> {
        self.configs.iter().map(|told| (told.config, told.share)).collect()
    }
}

impl ConfigExplanation {
    /// Says whether the target is far enough from the one that was told before.
    pub fn is_news(&self, told: Games) -> bool {
        self.target.0.abs_diff(told.0) as f64 >= (NEWS * told.0 as f64).max(1.0)
    }
}

/// A config's games of a round, more of them the more its terms ask for it, and the more it is to explore.
fn target(games: Games, score: &ScheduleScore) -> Games {
    let asked: f64 = score.terms.iter().map(|term| term.value * term.weight).sum();
    let wanted = games.0 as f64 * (0.5 + asked.clamp(0.0, 1.0)) * score.exploration;
    Games((wanted.round() as u64).clamp(TARGETS.0, TARGETS.1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ratings::EloTrend;

    proptest! {
        #[test]
        fn shares_and_targets_are_bounded_whatever_comes_in(
            raw in prop::collection::vec((0u64..3000, any::<f64>(), any::<f64>(), any::<f64>()), 1..12),
            weight in any::<f64>(),
        ) {
            let weights = ScheduleWeights { quality: weight, ..ScheduleWeights::default() };
            let signals: BTreeMap<_, _> = ConfigKey::ALL.into_iter().zip(raw.iter().map(|(games, a, b, c)| ConfigSignals {
                games: Games(*games), quality: *a, curriculum: *b, exploration: *c, ..ConfigSignals::default()
            })).collect();
            let plan = SchedulePlan::of(&signals, &weights);
            prop_assert_eq!(plan.configs.len(), signals.len());
            prop_assert!((plan.shares().values().sum::<f64>() - 1.0).abs() < 1e-9);
            for told in &plan.configs {
                prop_assert!(told.share >= FLOOR / signals.len() as f64 - 1e-12, "{told:?}");
                prop_assert!((TARGETS.0..=TARGETS.1).contains(&told.target.0), "{told:?}");
            }
        }

        #[test]
        fn a_starving_or_regressing_config_never_loses_its_share(games in 0u64..3000, fewer in 0u64..3000, others in 0u64..3000) {
            let weights = ScheduleWeights::default();
            let (ours, other) = (ConfigKey::ALL[0], ConfigKey::ALL[1]);
            let share = |ours_signals: ConfigSignals| {
                let theirs = ConfigSignals { games: Games(others), ..ConfigSignals::default() };
                SchedulePlan::of(&[(ours, ours_signals), (other, theirs)].into(), &weights).shares()[&ours]
            };
            let calm = ConfigSignals { games: Games(games), ..ConfigSignals::default() };
            let starved = ConfigSignals { games: Games(games.saturating_sub(fewer)), ..calm };
            let regressed = ConfigSignals { trend: EloTrend::Regressing, exploration: 0.1, ..calm };
            prop_assert!(share(starved) >= share(calm) - 1e-12);
            prop_assert!(share(regressed) >= share(calm) - 1e-12);
        }
    }

    #[test]
    fn a_small_move_of_a_target_is_no_news() {
        let signals = [(ConfigKey::ALL[0], ConfigSignals::default())].into();
        let plan = SchedulePlan::of(&signals, &ScheduleWeights::default());
        let told = &plan.configs[0];
        assert_eq!(told.share, 1.0);
        assert!(told.is_news(Games(0)));
        assert!(!told.is_news(told.target));
        assert!(!told.is_news(Games(told.target.0 + 1)));
        assert!(told.is_news(Games(told.target.0 * 2)));
    }
}
