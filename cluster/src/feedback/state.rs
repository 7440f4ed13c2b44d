//! The feedback of one config as a fold over what happened to it.

use std::time::Duration;

use rr_config::FeedbackSection;
use rr_proto::{PlateauMetric, RegressionLevel, UnixMillis};
use serde::{Deserialize, Serialize};

use super::factor::TunedFactor;

/// Exploration that a plateau alone may ask for.
const PLATEAU_MOST: f64 = 1.8;
/// A factor this close to one is one.
const HARDLY: f64 = 0.05;

/// Bounds what feedback may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeedbackPolicy {
    /// Highest factor on exploration.
    pub exploration_max: f64,
    /// How long a factor on exploration holds.
    pub exploration_for: Duration,
    /// Lowest factor on the learning rate.
    pub learning_rate_min: f64,
    /// How long a factor on the learning rate holds.
    pub learning_rate_for: Duration,
}

impl From<&FeedbackSection> for FeedbackPolicy {
    fn from(section: &FeedbackSection) -> Self {
        Self {
            exploration_max: section.exploration_max,
            exploration_for: Duration::from_secs(section.exploration_seconds),
            learning_rate_min: section.learning_rate_min,
            learning_rate_for: Duration::from_secs(section.learning_rate_seconds),
        }
    }
}

impl Default for FeedbackPolicy {
    fn default() -> Self {
        Self::from(&FeedbackSection::default())
    }
}

/// Tells what happened to a config.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FeedbackInput {
    /// A training run's loss went bad, and the run went back.
    LossAnomaly,
    /// A metric stopped getting better.
    Plateau(PlateauMetric),
    /// The champion plays worse than it should.
    Regressed(RegressionLevel),
    /// It plays well again.
    RegressionCleared,
    /// No progress for too long; help with a factor.
    Stalled {
        /// By how much the config should be played otherwise.
        boost: f64,
    },
    /// Progress again.
    Recovered,
    /// A candidate became champion.
    Promoted,
    /// A candidate was measured against the heuristic, with this win rate.
    Measured(f64),
    /// An anchor is mastered.
    Mastered,
    /// Time passed.
    Tick,
}

/// Tells what feedback changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FeedbackChange {
    /// The factor on the temperature and length of openings.
    Exploration {
        /// Before.
        from: f64,
        /// Now.
        to: f64,
        /// Until when; the past where it ended.
        until: UnixMillis,
    },
    /// The factor on the learning rate.
    LearningRate {
        /// Before.
        from: f64,
        /// Now.
        to: f64,
    },
}

/// Holds what feedback has set for a config; the default changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct FeedbackState {
    exploration: TunedFactor,
    learning_rate: TunedFactor,
}

impl FeedbackState {
    /// Returns the factor on exploration, one or more.
    pub fn exploration(&self, now: UnixMillis) -> f64 {
        self.exploration.now(now).max(1.0)
    }

    /// Returns the factor on the learning rate, above zero and one at most.
    pub fn learning_rate(&self, now: UnixMillis) -> f64 {
        self.learning_rate.now(now).clamp(0.1, 1.0)
    }

    /// Returns when the factor on exploration ends.
    pub fn exploration_until(&self) -> UnixMillis {
        self.exploration.until()
    }

    /// Folds in what happened and returns what changes by it.
    pub fn fold(
        &mut self,
        input: FeedbackInput,
        now: UnixMillis,
        policy: &FeedbackPolicy,
    ) -> Vec<FeedbackChange> {
        let (explore, rate) = (self.exploration(now), self.learning_rate(now));
        let (explored, rated) = match input {
            FeedbackInput::LossAnomaly => (Some(explore + 0.15), Some(rate * 0.8)),
            FeedbackInput::Plateau(PlateauMetric::Elo) => {
                (Some((explore * 1.3).min(PLATEAU_MOST).max(explore)), None)
            }
            FeedbackInput::Plateau(PlateauMetric::Loss) => (None, Some(rate * 0.8)),
            FeedbackInput::Regressed(level) => (Some(explore.max(by_level(level))), None),
            FeedbackInput::Stalled { boost } => (Some(explore.max(boost)), None),
            FeedbackInput::RegressionCleared | FeedbackInput::Recovered => (calmer(explore, 0.5), None),
            FeedbackInput::Promoted => (calmer(explore, 0.5), (rate < 1.0).then_some(1.0)),
            FeedbackInput::Measured(rate) if rate > 0.8 => (calmer(explore, 0.8), None),
            FeedbackInput::Mastered => (calmer(explore, 0.95), None),
            FeedbackInput::Measured(_) | FeedbackInput::Tick => (None, None),
        };
        let mut changes = Vec::new();
        changes.extend(self.end(now));
        changes.extend(explored.and_then(|to| self.explore(to, now, policy)));
        changes.extend(rated.and_then(|to| self.rate(to, now, policy)));
        changes
    }

    /// Notes factors that are over.
    fn end(&mut self, now: UnixMillis) -> Vec<FeedbackChange> {
        let mut changes = Vec::new();
        if self.exploration.is_over(now) {
            let from = std::mem::take(&mut self.exploration).now(UnixMillis(0));
            changes.push(FeedbackChange::Exploration { from, to: 1.0, until: now });
        }
        if self.learning_rate.is_over(now) {
            let from = std::mem::take(&mut self.learning_rate).now(UnixMillis(0));
            changes.push(FeedbackChange::LearningRate { from, to: 1.0 });
        }
        changes
    }

    fn explore(&mut self, to: f64, now: UnixMillis, policy: &FeedbackPolicy) -> Option<FeedbackChange> {
        let from = self.exploration(now);
        let to = if to.is_finite() { to.clamp(1.0, policy.exploration_max.max(1.0)) } else { from };
        // What asks for more holds anew; what calms lets the end where it is.
        let until = if to >= from { now.after(policy.exploration_for) } else { self.exploration.until() };
        self.exploration = if to > 1.0 { TunedFactor::new(to, until) } else { TunedFactor::default() };
        let until = if to > 1.0 { until } else { now };
        (to != 1.0 || from != 1.0).then_some(FeedbackChange::Exploration { from, to, until })
    }

    fn rate(&mut self, to: f64, now: UnixMillis, policy: &FeedbackPolicy) -> Option<FeedbackChange> {
        let from = self.learning_rate(now);
        let to = to.clamp(policy.learning_rate_min.clamp(0.1, 1.0), 1.0);
        self.learning_rate = if to < 1.0 {
            TunedFactor::new(to, now.after(policy.learning_rate_for))
        } else {
            TunedFactor::default()
        };
        (from != to).then_some(FeedbackChange::LearningRate { from, to })
    }
}

/// The exploration that a fall asks for at least.
fn by_level(level: RegressionLevel) -> f64 {
    match level {
        RegressionLevel::Minor => 1.1,
        RegressionLevel::Moderate => 1.2,
        RegressionLevel::Severe => 1.3,
        RegressionLevel::Critical => 1.5,
    }
}

/// Takes a part off what exploration has above one; none where there is nothing.
fn calmer(explore: f64, left: f64) -> Option<f64> {
    let calmed = 1.0 + (explore - 1.0) * left;
    let calmed = if calmed < 1.0 + HARDLY { 1.0 } else { calmed };
    (explore > 1.0).then_some(calmed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INPUTS: usize = 14;

    fn input(n: usize, number: f64) -> FeedbackInput {
        let level = |n| [RegressionLevel::Minor, RegressionLevel::Moderate, RegressionLevel::Severe][n];
        match n {
            0 => FeedbackInput::LossAnomaly,
            1 => FeedbackInput::Plateau(PlateauMetric::Elo),
            2 => FeedbackInput::Plateau(PlateauMetric::Loss),
            3..6 => FeedbackInput::Regressed(level(n - 3)),
            6 => FeedbackInput::Regressed(RegressionLevel::Critical),
            7 => FeedbackInput::RegressionCleared,
            8 => FeedbackInput::Stalled { boost: number },
            9 => FeedbackInput::Recovered,
            10 => FeedbackInput::Promoted,
            11 => FeedbackInput::Measured(number),
            12 => FeedbackInput::Mastered,
            _ => FeedbackInput::Tick,
        }
    }

    proptest! {
        #[test]
        fn feedback_stays_within_its_bounds_and_ends_by_itself(
            inputs in prop::collection::vec((0..INPUTS, any::<f64>(), 0u64..4_000_000), 0..100),
            exploration_max in 1.0f64..4.0, learning_rate_min in 0.1f64..=1.0,
        ) {
            let policy = FeedbackPolicy { exploration_max, learning_rate_min, ..FeedbackPolicy::default() };
            let (mut state, mut now) = (FeedbackState::default(), UnixMillis(1));
            for (n, number, passed) in inputs {
                now = now.after(Duration::from_millis(passed));
                for change in state.fold(input(n, number), now, &policy) {
                    let (FeedbackChange::Exploration { from, to, .. } | FeedbackChange::LearningRate { from, to }) = change;
                    prop_assert!(from.is_finite() && to.is_finite());
                }
                prop_assert!((1.0..=exploration_max).contains(&state.exploration(now)), "{state:?}");
                prop_assert!((learning_rate_min..=1.0).contains(&state.learning_rate(now)), "{state:?}");
            }
            let later = now.after(policy.learning_rate_for.max(policy.exploration_for));
            prop_assert_eq!((state.exploration(later), state.learning_rate(later)), (1.0, 1.0));
            state.fold(FeedbackInput::Tick, later, &policy);
            prop_assert_eq!(state, FeedbackState::default());
        }

        #[test]
        fn a_regression_never_asks_for_less(n in 0..INPUTS, number in 0.0f64..3.0, level in 3usize..7) {
            let (mut state, now, policy) = (FeedbackState::default(), UnixMillis(1), FeedbackPolicy::default());
            state.fold(input(n, number), now, &policy);
            let before = state.exploration(now);
            state.fold(input(level, number), now, &policy);
            prop_assert!(state.exploration(now) >= before);
        }
    }

    #[test]
    fn a_healthy_loop_changes_nothing() {
        let (mut state, now, policy) = (FeedbackState::default(), UnixMillis(1), FeedbackPolicy::default());
        for input in [
            FeedbackInput::Promoted,
            FeedbackInput::Measured(0.95),
            FeedbackInput::Measured(0.1),
            FeedbackInput::Mastered,
            FeedbackInput::RegressionCleared,
            FeedbackInput::Recovered,
            FeedbackInput::Tick,
        ] {
            assert_eq!(state.fold(input, now, &policy), []);
        }
        assert_eq!(state, FeedbackState::default());
    }

    #[test]
    fn what_is_set_is_told_and_what_ends_too() {
        let (mut state, policy) = (FeedbackState::default(), FeedbackPolicy::default());
        let until = UnixMillis(1).after(policy.exploration_for);
        let told = state.fold(FeedbackInput::LossAnomaly, UnixMillis(1), &policy);
        let rate = |from, to| FeedbackChange::LearningRate { from, to };
        assert_eq!(told, [FeedbackChange::Exploration { from: 1.0, to: 1.15, until }, rate(1.0, 0.8)]);
        let told = state.fold(FeedbackInput::Tick, until, &policy);
        assert_eq!(told, [FeedbackChange::Exploration { from: 1.15, to: 1.0, until }]);
        assert_eq!(state.fold(FeedbackInput::Promoted, until, &policy), [rate(0.8, 1.0)]);
        assert_eq!(state, FeedbackState::default());
    }
}
