//! When a candidate becomes champion, and when a champion is too weak.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::Checks;

/// Gives the win rates that a network of a config should reach against the anchors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnchorFloor {
    /// Win rate against the random player.
    pub random: f64,
    /// Win rate against the heuristic.
    pub heuristic: f64,
}

/// Says which floors refuse a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FloorGate {
    /// None: the test against the champion alone decides.
    None,
    /// The one against the random player.
    Random,
    /// Both.
    Both,
}

section! {
    /// Says when a candidate becomes champion, and how losses of strength are graded.
    pub struct PromotionSection as "promotion" {
        /// Win rates against the anchors, by config.
        pub floors: BTreeMap<String, AnchorFloor> = floors(),
        /// Which floors refuse a candidate: none, random or both.
        pub floor_gate: FloorGate = FloorGate::Random,
        /// Confidence of the two-sided interval whose lower bound is held against a floor.
        pub floor_confidence: f64 = 0.95,
        /// Refusals in a row after which training goes on from the champion and not from the last candidate.
        pub max_refusals: u32 = 4,
        /// Elo under the best from which a loss is minor.
        pub regression_minor: f64 = 20.0,
        /// Elo under the best from which a loss is moderate.
        pub regression_moderate: f64 = 35.0,
        /// Elo under the best from which a loss is severe.
        pub regression_severe: f64 = 50.0,
        /// Elo under the best from which a loss is critical.
        pub regression_critical: f64 = 75.0,
        /// Ratings over which a plateau is judged.
        pub plateau_ratings: u32 = 5,
        /// Elo gain over those ratings under which they are a plateau.
        pub plateau_elo: f64 = 5.0,
    }
}

/// Lists the floors by board and by 2, 3 and 4 players.
fn floors() -> BTreeMap<String, AnchorFloor> {
    const SMALL: [(f64, f64); 3] = [(0.90, 0.85), (0.65, 0.55), (0.60, 0.50)];
    const BOARDS: [(&str, [(f64, f64); 3]); 4] = [
        ("square8", SMALL),
        ("hex8", SMALL),
        ("square19", [(0.85, 0.70), (0.60, 0.45), (0.55, 0.40)]),
        ("hexagonal", [(0.85, 0.65), (0.55, 0.40), (0.50, 0.35)]),
    ];
    let by_players = |(board, rates): (&'static str, [(f64, f64); 3])| {
        (2..).zip(rates).map(move |(players, (random, heuristic))| {
            (format!("{board}_{players}p"), AnchorFloor { random, heuristic })
        })
    };
    BOARDS.into_iter().flat_map(by_players).collect()
}

impl PromotionSection {
    /// Returns the floor of a config key.
    #[must_use]
    pub fn floor(&self, config: &str) -> Option<AnchorFloor> {
        self.floors.get(config).copied()
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        for (config, floor) in &self.floors {
            checks.share(&format!("promotion.floors.{config}.random"), floor.random);
            checks.share(&format!("promotion.floors.{config}.heuristic"), floor.heuristic);
        }
        checks.require(
            "promotion.floor_confidence",
            (0.5..1.0).contains(&self.floor_confidence),
            "must be at least 0.5 and under 1",
        );
        checks.at_least("promotion.max_refusals", self.max_refusals.into(), 1);
        checks.ascending(
            "promotion.regression_moderate",
            &[
                0.0,
                self.regression_minor,
                self.regression_moderate,
                self.regression_severe,
                self.regression_critical,
            ],
        );
        checks.at_least("promotion.plateau_ratings", self.plateau_ratings.into(), 2);
    }
}
