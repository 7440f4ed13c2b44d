//! The promotion gate: what a report must prove before its candidate becomes champion.

use rr_proto::{Generation, SprtVerdict};
use serde::{Deserialize, Serialize};

use super::floors::{AnchorFloors, FloorCheck};
use super::report::EvaluationReport;

/// Says which floors a promotion needs besides the won test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FloorPolicy {
    /// No floor: the test alone decides.
    None,
    /// The floor against the random player.
    #[default]
    Random,
    /// The floors against the random and against the heuristic player.
    Both,
}

/// Decides on promotion from a report.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PromotionGate {
    /// The config's floors.
    pub floors: AnchorFloors,
    /// Which of them bind.
    pub policy: FloorPolicy,
    /// Confidence of the interval whose lower bound must reach a floor.
    pub confidence: f64,
}

/// Names what stood against a promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateReason {
    /// The test found no gain.
    SprtRejected,
    /// The test ended without a decision.
    SprtUndecided,
    /// The floor against the random player was not shown to be reached.
    RandomFloor(FloorCheck),
    /// The floor against the heuristic player was not shown to be reached.
    HeuristicFloor(FloorCheck),
}

/// Says whether a candidate becomes champion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum GateDecision {
    /// It does.
    Promote,
    /// It does not, for these reasons.
    Refuse(Vec<GateReason>),
}

impl FloorPolicy {
    /// Tells which floors bind a candidate that is to follow a champion of this generation: against the random player, against the
    /// heuristic. Floors are for networks that have learned: the first has only to beat its random start.
    pub fn binding(self, generation: Generation) -> (bool, bool) {
        let learned = generation > Generation::ZERO;
        (learned && self != Self::None, learned && self == Self::Both)
    }
}

impl PromotionGate {
    /// Decides on a report; `generation` is the champion's, and generation zero is a random start.
    pub fn decide(&self, report: &EvaluationReport, generation: Generation) -> GateDecision {
        let mut reasons = Vec::new();
        match report.score().sprt.verdict {
            SprtVerdict::Accepted => {}
            SprtVerdict::Rejected => reasons.push(GateReason::SprtRejected),
            SprtVerdict::Undecided | SprtVerdict::Capped => reasons.push(GateReason::SprtUndecided),
        }
        let (by_random, by_heuristic) = self.policy.binding(generation);
        let random = FloorCheck::of(report.vs_random(), self.floors.vs_random, self.confidence);
        if by_random && random != FloorCheck::Cleared {
            reasons.push(GateReason::RandomFloor(random));
        }
        let heuristic = FloorCheck::of(report.vs_heuristic(), self.floors.vs_heuristic, self.confidence);
        if by_heuristic && heuristic != FloorCheck::Cleared {
            reasons.push(GateReason::HeuristicFloor(heuristic));
        }
        if reasons.is_empty() { GateDecision::Promote } else { GateDecision::Refuse(reasons) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::floors::AnchorRecord;
    use super::super::sprt::{OpeningScore, Sprt, SprtParams};
    use super::*;
    use crate::testing::model;
    use proptest::prelude::*;
    use rr_proto::Games;

    fn report(openings: usize, won: bool) -> EvaluationReport {
        let mut test = Sprt::new(SprtParams::against_random_start(2)).unwrap();
        for _ in 0..openings {
            test.record(OpeningScore::from_shares(2, &[won.then_some(1); 2]).unwrap());
        }
        EvaluationReport::new(model(1), model(0), &test).unwrap()
    }

    fn gate(policy: FloorPolicy) -> PromotionGate {
        PromotionGate {
            floors: AnchorFloors { vs_random: 0.9, vs_heuristic: 0.85 },
            policy,
            confidence: 0.95,
        }
    }

    #[test]
    fn no_report_without_games_or_against_itself() {
        let test = Sprt::new(SprtParams::against_champion(2)).unwrap();
        assert!(EvaluationReport::new(model(1), model(0), &test).is_err());
        let mut test = test;
        test.record(OpeningScore::from_shares(2, &[None, None]).unwrap());
        assert!(EvaluationReport::new(model(1), model(1), &test).is_err());
        let mut json = serde_json::to_value(report(3, true)).unwrap();
        json["score"]["games"] = 0.into();
        assert!(serde_json::from_value::<EvaluationReport>(json).is_err());
    }

    #[test]
    fn the_first_generation_needs_the_test_only() {
        let won = report(40, true);
        assert_eq!(gate(FloorPolicy::Both).decide(&won, Generation(0)), GateDecision::Promote);
        assert_eq!(
            gate(FloorPolicy::Both).decide(&won, Generation(1)),
            GateDecision::Refuse(vec![
                GateReason::RandomFloor(FloorCheck::Missing),
                GateReason::HeuristicFloor(FloorCheck::Missing)
            ])
        );
        let shown = won.with_random(AnchorRecord::new(198.0, Games(200)).unwrap());
        assert_eq!(gate(FloorPolicy::Random).decide(&shown, Generation(1)), GateDecision::Promote);
        assert_eq!(gate(FloorPolicy::None).decide(&shown, Generation(7)), GateDecision::Promote);
    }

    proptest! {
        #[test]
        fn never_promotes_what_the_test_did_not_accept(openings in 1usize..60, won: bool, generation in 0u32..3) {
            let report = report(openings, won);
            let decision = gate(FloorPolicy::None).decide(&report, Generation(generation));
            prop_assert_eq!(decision == GateDecision::Promote, report.score().sprt.verdict == SprtVerdict::Accepted);
        }
    }
}
