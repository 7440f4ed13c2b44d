//! What must hold of the evaluation whatever the position.

#[allow(dead_code, clippy::unwrap_used)]
#[path = "heuristic/sketch.rs"]
mod sketch;
#[allow(dead_code, clippy::unwrap_used)]
#[path = "heuristic/vectors.rs"]
mod vectors;

use rr_engine::{
    board::BoardKind::Square8,
    heuristic::{
        HeuristicEvaluator, HeuristicProfile, HeuristicTerm, HeuristicView, Repairs, ViewedResult, WIN_SCORE,
    },
};
use sketch::Sketch;
use vectors::{VectorView, lines};

fn evaluator(repairs: Repairs) -> HeuristicEvaluator {
    HeuristicEvaluator::new(HeuristicProfile::Balanced.weights(), repairs)
}

fn views() -> impl Iterator<Item = VectorView> {
    lines("pos").into_iter().map(|line| VectorView::read(&line))
}

#[test]
fn scores_do_not_change_under_the_symmetries_of_the_board() {
    for repairs in [Repairs::NONE, Repairs::REPAIRED] {
        let mut evaluator = evaluator(repairs);
        for view in views() {
            let want: Vec<f64> = (0..view.seats()).map(|seat| evaluator.terms(&view, seat).total()).collect();
            for symmetry in view.geometry().symmetries() {
                let mut image = view.clone();
                image.stacks.iter_mut().for_each(|stack| stack.cell = symmetry.cell(stack.cell));
                image.markers = view.markers.iter().map(|&(c, seat)| (symmetry.cell(c), seat)).collect();
                image.collapsed = view.collapsed.iter().map(|&(c, seat)| (symmetry.cell(c), seat)).collect();
                for (seat, want) in want.iter().enumerate() {
                    let got = evaluator.terms(&image, seat).total();
                    assert!((got - want).abs() < 1e-9, "{} seat {seat}: {got} against {want}", view.config);
                }
            }
        }
    }
}

#[test]
fn two_players_scores_add_to_zero_only_when_repaired() {
    let balance = |repairs| {
        let mut evaluator = evaluator(repairs);
        let active = views().filter(|v| v.seats() == 2 && v.result == ViewedResult::Active);
        let sums = active.map(|view| evaluator.score(&view, 0) + evaluator.score(&view, 1));
        let (zero, other): (Vec<f64>, Vec<f64>) = sums.partition(|sum| sum.abs() < 1e-6);
        (zero.len(), zero.len() + other.len())
    };
    assert_eq!(balance(Repairs::NONE), (11, 84));
    assert_eq!(balance(Repairs::REPAIRED), (84, 84));
}

#[test]
fn light_terms_are_the_full_terms_without_the_structural_ones() {
    let mut full = evaluator(Repairs::NONE);
    let mut light = evaluator(Repairs::NONE).light();
    for view in views() {
        let (full, light) = (full.terms(&view, 0), light.terms(&view, 0));
        for term in HeuristicTerm::ALL {
            assert_eq!(light[term], if term.is_light() { full[term] } else { 0.0 }, "{}", term.name());
        }
    }
}

#[test]
fn a_finished_game_counts_only_its_winner() {
    let mut evaluator = evaluator(Repairs::NONE);
    let mut view = Sketch::new(Square8, 3).stack((0, 0), &[0, 0]);
    view.result = ViewedResult::Won(1);
    assert_eq!([0, 1, 2].map(|seat| evaluator.score(&view, seat)), [-WIN_SCORE, WIN_SCORE, -WIN_SCORE]);
    view.result = ViewedResult::NoWinner;
    assert_eq!([0, 1, 2].map(|seat| evaluator.score(&view, seat)), [0.0; 3]);
}

#[test]
fn an_eligible_player_without_a_recovery_move_gets_the_smaller_bonus() {
    // The marker in the corner is walled in; a stack strike opens one wall, switched off it does not.
    let mut view = Sketch::new(Square8, 2)
        .marker((0, 0), 0)
        .collapse((0, 1), 1)
        .collapse((1, 1), 1)
        .stack((1, 0), &[0, 1]);
    let recovery = |view: &Sketch| evaluator(Repairs::NONE).terms(view, 0)[HeuristicTerm::RecoveryPotential];
    assert_eq!(recovery(&view), 14.0);
    view.stack_strikes = false;
    assert_eq!(recovery(&view), 8.0);
}

#[test]
fn one_evaluator_serves_boards_in_any_order() {
    let mut shared = evaluator(Repairs::NONE);
    for view in views().step_by(7) {
        let fresh = evaluator(Repairs::NONE).terms(&view, 1);
        assert_eq!(shared.terms(&view, 1), fresh);
    }
}

#[test]
fn profile_names_are_read_back() {
    for profile in HeuristicProfile::ALL {
        assert_eq!(HeuristicProfile::from_name(&profile.to_string()), Some(profile));
    }
    assert_eq!(HeuristicProfile::from_name("strong"), None);
}
