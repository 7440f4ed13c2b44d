//! Which anchors a candidate beats so surely that games against them teach nothing.

use super::floors::{AnchorFloors, AnchorRecord};
use super::report::EvaluationReport;
use crate::ratings::RatedPlayer;

/// Fewest games that show anything.
const MIN_GAMES: u64 = 16;

/// Names an anchor that is mastered, and the games that show it.
#[derive(Debug, Clone, PartialEq)]
pub struct MasteredAnchor {
    /// The anchor's name in the match log.
    pub opponent: String,
    /// The candidate's results against it.
    pub record: AnchorRecord,
}

/// Returns the anchors that a report shows to be mastered: the lower bound of the win rate reaches the config's floor.
pub fn mastered_anchors(report: &EvaluationReport, floors: AnchorFloors) -> Vec<MasteredAnchor> {
    let anchors = [
        (RatedPlayer::Random, report.vs_random().copied(), floors.vs_random),
        (RatedPlayer::Heuristic, report.vs_heuristic().copied(), floors.vs_heuristic),
    ];
    let sure = |(player, record, floor): (RatedPlayer, Option<AnchorRecord>, f64)| {
        let record = record.filter(|record| is_mastered(record, floor))?;
        Some(MasteredAnchor { opponent: player.to_string(), record })
    };
    anchors.into_iter().filter_map(sure).collect()
}

/// Says whether a record shows an anchor to be mastered; a config without a floor masters nobody.
pub fn is_mastered(record: &AnchorRecord, floor: f64) -> bool {
    floor > 0.0 && record.games().0 >= MIN_GAMES && record.interval().low >= floor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::{OpeningScore, Sprt, SprtParams};
    use crate::testing::model;
    use rr_proto::Games;

    #[test]
    fn only_a_floor_that_is_surely_reached_is_mastery() {
        let mut test = Sprt::new(SprtParams::against_random_start(2)).unwrap();
        test.record(OpeningScore::from_shares(2, &[Some(1); 2]).unwrap());
        let report = EvaluationReport::new(model(1), model(0), &test).unwrap();
        let floors = AnchorFloors { vs_random: 0.9, vs_heuristic: 0.85 };
        let record = |won: f64, games| AnchorRecord::new(won, Games(games)).unwrap();
        let names = |report: &EvaluationReport, floors| {
            mastered_anchors(report, floors).into_iter().map(|anchor| anchor.opponent).collect::<Vec<_>>()
        };
        assert!(names(&report, floors).is_empty());
        let report = report.with_random(record(64.0, 64)).with_heuristic(record(58.0, 64));
        assert_eq!(names(&report, floors), ["random"], "58 of 64 may be no better than .81");
        assert!(names(&report, AnchorFloors { vs_random: 0.0, vs_heuristic: 0.0 }).is_empty());
        assert!(!is_mastered(&record(15.0, 15), 0.5), "too few games");
        assert!(is_mastered(&record(16.0, 16), 0.5));
    }
}
