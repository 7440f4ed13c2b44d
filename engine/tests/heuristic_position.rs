//! The evaluation of the rules' own positions: equal to the vectors wherever marker order plays no part.

#[allow(dead_code, clippy::unwrap_used)]
#[path = "heuristic/vectors.rs"]
mod vectors;

use rr_engine::{
    heuristic::{HeuristicEvaluator, HeuristicProfile, HeuristicTerm, HeuristicView, Repairs, ViewedResult},
    rules::Position,
    with_board_width,
};
use serde_json::Value;
use vectors::{VectorView, floats, lines, list, number};

/// Checks a position; returns how many views it has.
#[allow(clippy::unwrap_used)]
fn check<const W: usize>(line: &Value) -> usize {
    let stated = VectorView::read(line);
    let position = Position::<W>::from_text(line["ct"].as_str().unwrap()).unwrap();
    assert_eq!(position.seats(), stated.seats());
    assert_eq!(position.result(), stated.result());
    assert_eq!(position.ring_threshold(), stated.ring_threshold());
    assert_eq!(position.territory_minimum(), stated.territory_minimum());
    if position.is_over() {
        return 0;
    }
    assert_eq!(HeuristicView::lps(&position), stated.lps);
    let mut reference = HeuristicEvaluator::reference(HeuristicProfile::Balanced);
    let free_of_order = Repairs { closure_over_all_markers: true, ..Repairs::NONE };
    let mut unordered = HeuristicEvaluator::new(HeuristicProfile::Balanced.weights(), free_of_order);
    let order_matters = (0..stated.seats()).any(|seat| reference.parts(&stated, seat).1.markers > 10);
    for eval in list(&line["eval"]) {
        let seat = number(&eval["p"]) as usize - 1;
        let (got, want) = (reference.terms(&position, seat), floats(&eval["terms"]));
        for term in HeuristicTerm::ALL {
            if term != HeuristicTerm::TerritoryClosure || !order_matters {
                let (got, want) = (got[term], want[term as usize]);
                assert!((got - want).abs() < 1e-6, "{}: {got} against {want}", term.name());
            }
        }
        let (got, want) = (unordered.score(&position, seat), unordered.score(&stated, seat));
        assert!((got - want).abs() < 1e-6, "without marker order: {got} against {want}");
    }
    list(&line["eval"]).len()
}

#[test]
fn positions_score_as_the_vectors_say() {
    let (mut views, mut finished) = (0, 0);
    for line in lines("pos").iter().filter(|line| !line["ct"].is_null()) {
        let config = VectorView::read(line).config;
        views += with_board_width!(config.board, W => check::<W>(line));
        finished += usize::from(VectorView::read(line).result != ViewedResult::Active);
    }
    assert!(views > 400 && finished > 0, "{views} views, {finished} finished");
}
