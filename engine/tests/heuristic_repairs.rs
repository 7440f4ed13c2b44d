//! The effect of every mend: what the reference says of a position and what the mend makes of it.

#[allow(dead_code, clippy::unwrap_used)]
#[path = "heuristic/sketch.rs"]
mod sketch;

use rr_engine::{
    board::BoardKind::{Hex8, Square8},
    heuristic::{
        HeuristicEvaluator, HeuristicProfile,
        HeuristicTerm::{self, *},
        Repairs, SeatParts,
    },
};
use sketch::Sketch;

fn with(repairs: Repairs) -> HeuristicEvaluator {
    HeuristicEvaluator::new(HeuristicProfile::Balanced.weights(), repairs)
}

/// Returns a term of seat 0 as the reference has it and with one mend.
fn term(view: &Sketch, term: HeuristicTerm, repairs: Repairs) -> (f64, f64) {
    (with(Repairs::NONE).terms(view, 0)[term], with(repairs).terms(view, 0)[term])
}

fn parts(view: &Sketch, repairs: Repairs) -> (SeatParts, SeatParts) {
    (with(Repairs::NONE).parts(view, 0).0, with(repairs).parts(view, 0).0)
}

#[track_caller]
fn assert_pair((a, b): (f64, f64), want: (f64, f64)) {
    assert!((a - want.0).abs() < 1e-9 && (b - want.1).abs() < 1e-9, "got {:?}, expected {want:?}", (a, b));
}

#[test]
fn hex8_tables_give_hex8_its_moves_threats_and_lines() {
    let mend = Repairs { hex8_tables: true, ..Repairs::NONE };
    let view = Sketch::new(Hex8, 2)
        .stack((0, 0), &[0])
        .stack((1, 0), &[1, 1])
        .marker((-2, 0), 0)
        .marker((-1, 0), 0)
        .marker((-4, 0), 0);
    // Seat 0: five free neighbours, the sixth holds a higher cap; seat 1 moves to five and captures.
    assert_pair(term(&view, Mobility, mend), (0.0, (5.0 - 6.0) * 4.0));
    assert_pair(term(&view, OpponentThreats, mend), (0.0, -3.0));
    assert_pair(term(&view, StackMobility, mend), (0.0, (5.0 - 6.0) * 4.0));
    // One pair seen from both ends, one gap seen from both ends.
    assert_pair(term(&view, LinePotential, mend), (0.0, 2.0 * 7.0));
    assert_pair(term(&view, LineConnectivity, mend), (0.0, (2.0 + 2.0 * 0.5) * 6.0));
    let (before, after) = parts(&view, mend);
    assert_eq!((before.actions, after.actions), (0, 1));
    assert_eq!((before.stack_mobility, after.stack_mobility), (-5.0, 5.0));
}

#[test]
fn sight_stops_at_collapse() {
    let mend = Repairs { sight_stops_at_collapse: true, ..Repairs::NONE };
    let view = Sketch::new(Square8, 2).stack((0, 0), &[0]).stack((5, 0), &[1, 1, 1]).collapse((3, 0), 1);
    assert_pair(term(&view, Vulnerability, mend), (-16.0, 0.0));
    let open = Sketch::new(Square8, 2).stack((0, 0), &[0, 0]).stack((5, 0), &[1]).marker((3, 0), 1);
    assert_pair(term(&open, OvertakePotential, mend), (8.0, 8.0));
}

#[test]
fn relative_eliminated_charges_for_the_opponents_rings() {
    let mend = Repairs { relative_eliminated: true, ..Repairs::NONE };
    let view = Sketch::new(Square8, 3).eliminated(0, 2).eliminated(1, 5).eliminated(2, 1);
    assert_pair(term(&view, EliminatedRings, mend), (24.0, -36.0));
}

#[test]
fn signed_victory_threat_rewards_the_lead() {
    let mend = Repairs { signed_victory_threat: true, ..Repairs::NONE };
    let ahead = Sketch::new(Square8, 2).eliminated(0, 8);
    let lead = 50.0 / 10.0 - 50.0 / 18.0;
    assert_pair(term(&ahead, OpponentVictoryThreat, mend), (0.0, lead * 6.0));
    let behind = Sketch::new(Square8, 2).eliminated(1, 8);
    assert_pair(term(&behind, OpponentVictoryThreat, mend), (-lead * 6.0, -lead * 6.0));
}

#[test]
fn gradual_closure_takes_the_jump_out_of_the_second_marker() {
    let mend = Repairs { gradual_closure: true, ..Repairs::NONE };
    let one = Sketch::new(Square8, 2).marker((0, 0), 0);
    let two = one.clone().marker((0, 1), 0);
    let closure = |view: &Sketch| {
        let (before, after) = parts(view, mend);
        (before.closure, after.closure)
    };
    assert_pair(closure(&one), (0.0, 0.5));
    assert_pair(closure(&two), (11.0, 10.0 / 9.0 + 1.0));
    let ten = (0..5).fold(Sketch::new(Square8, 2), |view, x| view.marker((x, 0), 0).marker((x, 1), 0));
    let (before, after) = closure(&ten);
    assert_pair((before, after), (before, before));
}

#[test]
fn closure_over_all_markers_forgets_the_order() {
    let mend = Repairs { closure_over_all_markers: true, ..Repairs::NONE };
    let near = |view: Sketch| (0..5).fold(view, |view, x| view.marker((x, 0), 0).marker((x, 1), 0));
    let far = |view: Sketch| (0..5).fold(view, |view, x| view.marker((x, 7), 0));
    let (near_first, far_first) = (near(far(Sketch::new(Square8, 2))), far(near(Sketch::new(Square8, 2))));
    let (a, b) = (parts(&near_first, mend), parts(&far_first, mend));
    assert!((a.0.closure - b.0.closure).abs() > 0.1, "the reference depends on the order");
    assert_pair((a.1.closure, b.1.closure), (a.1.closure, a.1.closure));
}

#[test]
fn rules_territory_minimum_sees_a_territory_victory_coming() {
    let mend = Repairs { rules_territory_minimum: true, ..Repairs::NONE };
    // Three players on 64 cells win with 22; the reference waits for 33.
    let view = Sketch::new(Square8, 3).territory(0, 20);
    let (before, after) = parts(&view, mend);
    let rings = 50.0 / 24.0;
    assert_pair((before.proximity, after.proximity), (rings + 50.0 / 13.0, rings + 50.0 / 2.0));
    let two = Sketch::new(Square8, 2).territory(0, 20);
    let (before, after) = parts(&two, mend);
    assert_eq!(before.proximity, after.proximity, "two players need more than half either way");
}

#[test]
fn territory_from_collapsed_cells_counts_what_the_counter_missed() {
    let mend = Repairs { territory_from_collapsed_cells: true, ..Repairs::NONE };
    let view =
        Sketch::new(Square8, 2).territory(0, 1).collapse((0, 0), 0).collapse((1, 0), 0).collapse((7, 7), 1);
    assert_pair(term(&view, Territory, mend), (8.0, 8.0));
    let view = view.collapse((2, 0), 0);
    assert_pair(term(&view, Territory, mend), (8.0, 16.0));
    let (before, after) = parts(&view, mend);
    assert_pair((before.proximity, after.proximity), (50.0 / 18.0 + 50.0 / 32.0, 50.0 / 18.0 + 50.0 / 30.0));
}

#[test]
fn mean_opponent_mobility_makes_equal_seats_equal() {
    let mend = Repairs { mean_opponent_mobility: true, ..Repairs::NONE };
    let view = Sketch::new(Square8, 3).stack((1, 1), &[0]).stack((1, 5), &[1]).stack((5, 1), &[2]);
    assert_pair(term(&view, Mobility, mend), (-8.0 * 4.0, 0.0));
}

#[test]
fn opponents_capture_each_other_in_the_mobility_term() {
    let mend = Repairs { opponents_capture_each_other: true, ..Repairs::NONE };
    let view = Sketch::new(Square8, 3).stack((1, 1), &[1, 1]).stack((2, 1), &[2]);
    assert_pair(term(&view, Mobility, mend), (-14.0 * 4.0, -15.0 * 4.0));
}

#[test]
fn stack_penalty_per_opponent_does_not_average_first() {
    let mend = Repairs { stack_penalty_per_opponent: true, ..Repairs::NONE };
    // One opponent has two stacks and one has none: on average one, as if both were down to their last.
    let view = Sketch::new(Square8, 3).stack((1, 1), &[1]).stack((5, 5), &[1]);
    let (before, after) = (with(Repairs::NONE).material(&view, 0)[3], with(mend).material(&view, 0)[3]);
    assert_pair((before, after), (-50.0 + 10.0, -50.0 - (4.0 - 50.0) / 2.0));
}

#[test]
fn hex_distance_in_steps_sees_two_steps_far() {
    let mend = Repairs { hex_distance_in_steps: true, ..Repairs::NONE };
    let view = Sketch::new(Hex8, 2).marker((0, 0), 0).marker((2, 0), 0).stack((-1, 0), &[1]);
    let (before, after) = parts(&view, mend);
    assert_pair((before.safety, after.safety), (-1.0, -2.0));
    assert_pair((before.closure, after.closure), (10.0 / 4.0 + 1.0, 10.0 / 2.0 + 1.0));
    let two_steps = Sketch::new(Hex8, 2).marker((0, 0), 0).stack((-1, 2), &[1]);
    let (before, after) = parts(&two_steps, mend);
    assert_pair((before.safety, after.safety), (0.0, -1.0));
}

#[test]
fn risk_of_blocked_stacks_is_nothing_while_all_can_move() {
    let mend = Repairs { risk_of_blocked_stacks: true, ..Repairs::NONE };
    let free = Sketch::new(Square8, 2).stack((1, 1), &[0]).stack((4, 4), &[0]);
    let (before, after) = parts(&free, mend);
    assert_pair((before.elimination_risk, after.elimination_risk), (1.0, 0.0));
    let stuck = Sketch::new(Square8, 2)
        .stack((0, 0), &[0])
        .collapse((0, 1), 1)
        .collapse((1, 0), 1)
        .collapse((1, 1), 1);
    let (before, after) = parts(&stuck, mend);
    assert_pair((before.elimination_risk, after.elimination_risk), (2.0, 1.0));
    let (before, after) = parts(&stuck.in_hand(0, 1), mend);
    assert_pair((before.elimination_risk, after.elimination_risk), (1.0, 0.0));
}

#[test]
fn graded_lps_counts_rounds_in_proportion() {
    let mend = Repairs { graded_lps: true, ..Repairs::NONE };
    let at = |rounds| {
        let (before, after) = parts(&Sketch::new(Square8, 2).streak(0, rounds), mend);
        (before.proximity, after.proximity)
    };
    assert_pair(at(1), (945.0, 1000.0 / 3.0));
    assert_pair(at(2), (990.0, 2000.0 / 3.0));
    assert_pair(at(3), (1000.0, 1000.0));
    let (before, after) = at(0);
    assert_eq!(before, after);
}

#[test]
fn all_mends_are_on_in_all_and_off_in_none() {
    let text = |repairs: Repairs| format!("{repairs:?}");
    assert!(!text(Repairs::ALL).contains("false"));
    assert!(!text(Repairs::NONE).contains("true"));
    assert_eq!(Repairs::default(), Repairs::NONE);
}
