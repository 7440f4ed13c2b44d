//! The curriculum's weights: more games for configs that fail, fewer for those that are mastered.

use std::collections::BTreeMap;

use rr_proto::ConfigKey;
use serde::{Deserialize, Serialize};

/// Least and largest weight.
const BOUNDS: (f64, f64) = (0.5, 2.0);
/// Win rate against the heuristic from which a config counts as mastered.
const MASTERED: f64 = 0.85;

/// Says how a config's last attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CurriculumOutcome {
    /// Its candidate became champion.
    Promoted,
    /// Its candidate was refused.
    Refused,
    /// It was measured against the heuristic, with this win rate.
    Measured(f64),
}

/// Holds the weight of each config; a config not named stands at one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CurriculumTable {
    weights: BTreeMap<ConfigKey, f64>,
}

impl CurriculumTable {
    /// Returns a config's weight.
    pub fn weight(&self, config: ConfigKey) -> f64 {
        self.weights.get(&config).copied().unwrap_or(1.0)
    }

    /// Returns every weight that was ever moved.
    pub fn iter(&self) -> impl Iterator<Item = (ConfigKey, f64)> {
        self.weights.iter().map(|(key, weight)| (*key, *weight))
    }

    /// Moves a config's weight by its outcome and returns the new weight.
    ///
    /// A promotion takes 0.05, a refusal adds 0.10, mastery takes a tenth; weights stay within 0.5 and 2.
    pub fn rebalance(&mut self, config: ConfigKey, outcome: CurriculumOutcome) -> f64 {
        let old = self.weight(config);
        let moved = match outcome {
            CurriculumOutcome::Promoted => old - 0.05,
            CurriculumOutcome::Refused => old + 0.10,
            CurriculumOutcome::Measured(rate) if rate >= MASTERED => old * 0.9,
            CurriculumOutcome::Measured(_) => old,
        };
        let weight = moved.clamp(BOUNDS.0, BOUNDS.1);
        self.weights.insert(config, weight);
        weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn weights_stay_within_their_bounds(outcomes in prop::collection::vec(0u8..4, 0..200)) {
            let mut table = CurriculumTable::default();
            let config = ConfigKey::ALL[6];
            for outcome in outcomes {
                let before = table.weight(config);
                let after = table.rebalance(config, match outcome {
                    0 => CurriculumOutcome::Promoted,
                    1 => CurriculumOutcome::Refused,
                    2 => CurriculumOutcome::Measured(0.9),
                    _ => CurriculumOutcome::Measured(f64::NAN),
                });
                prop_assert!((0.5..=2.0).contains(&after));
                if outcome == 1 { prop_assert!(after >= before); }
            }
            prop_assert_eq!(table.weight(ConfigKey::ALL[0]), 1.0);
        }
    }
}
