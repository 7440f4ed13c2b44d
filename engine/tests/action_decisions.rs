//! Every decision of every state has one name, and the name leads back to it.
#![allow(clippy::unwrap_used)]

#[path = "encode/golden.rs"]
mod golden;

use std::collections::BTreeSet;

use golden::{golden_texts, random_states, state_of};
use rr_engine::action::{ActionList, ActionRef, PlayAction, PlayScratch, PlayState};
use rr_engine::board::{BoardKind, GameConfig};
use rr_engine::rules::Player;
use rr_engine::search::Game;
use rr_engine::with_board_width;

/// Checks a state's decision list, and the second half of each recovery slide in it.
fn check<const W: usize>(state: &PlayState<W>, list: &ActionList<W>) {
    let layout = state.layout();
    let names: BTreeSet<_> = list.references().collect();
    assert_eq!(names.len(), list.len(), "two decisions share a name:\n{}", state.position().to_text());
    let actions: BTreeSet<_> = list.actions().iter().collect();
    assert_eq!(actions.len(), list.len(), "a decision is listed twice:\n{}", state.position().to_text());
    let mut generic = Vec::new();
    Game::actions(state, &mut generic);
    assert_eq!(generic, list.actions());
    let policy: Vec<f32> = (0..layout.len()).map(|i| ((i * 7919) % 1013) as f32).collect();
    let (mut a, mut b) = (Vec::new(), Vec::new());
    list.logits(layout, &policy, &mut a);
    state.logits_for(list.actions(), &policy, &mut b);
    assert_eq!(a, b);
    let mut again = ActionList::new();
    for (i, &action) in list.actions().iter().enumerate() {
        let name = list.reference(i);
        assert_eq!(state.reference(action), name);
        assert_eq!(list.find_key(layout, list.key(layout, i)), Some(i));
        if i % 16 == 0 || list.len() < 64 {
            assert_eq!(state.decode(&name, &mut again), Some(action));
        }
        if let PlayAction::Slide { .. } = action {
            let mut open = state.clone();
            open.apply(action, &mut PlayScratch::new());
            assert_ne!(open.key(), state.key());
            assert_eq!(open.mover(), state.mover());
            let mut options = ActionList::new();
            open.actions(&mut options);
            assert_eq!(options.len(), 2, "a slide is left open only where it has two options");
            check(&open, &options);
        }
    }
}

fn check_config<const W: usize>(config: GameConfig, texts: usize, games: usize) {
    let mut list = ActionList::new();
    for text in golden_texts::<W>(config, texts) {
        let state = state_of::<W>(&text);
        state.actions(&mut list);
        assert!(!list.is_empty(), "no decision in an unfinished game:\n{text}");
        check(&state, &list);
    }
    random_states::<W>(config, 11, games, |state, list| {
        assert!(list.len() > 1, "a forced move was not played:\n{}", state.position().to_text());
        check(state, list);
    });
}

fn check_board(board: BoardKind, texts: usize, games: usize) {
    for config in GameConfig::ALL.into_iter().filter(|c| c.board == board) {
        with_board_width!(board, W => check_config::<W>(config, texts, games));
    }
}

#[test]
fn decisions_have_one_name_each_on_square8() {
    check_board(BoardKind::Square8, 1_000, 8);
}

#[test]
fn decisions_have_one_name_each_on_hex8() {
    check_board(BoardKind::Hex8, 1_000, 8);
}

#[test]
fn decisions_have_one_name_each_on_square19() {
    check_board(BoardKind::Square19, 100, 1);
}

#[test]
fn decisions_have_one_name_each_on_hexagonal() {
    check_board(BoardKind::Hexagonal, 100, 1);
}

#[test]
fn finished_games_share_one_point() {
    for config in GameConfig::ALL.into_iter().filter(|c| c.board == BoardKind::Hex8) {
        let mut last: Option<PlayState<1>> = None;
        random_states::<1>(config, 3, 2, |state, _| last = Some(state.clone()));
        let shares = last.unwrap().utilities();
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(shares[usize::from(config.players)..].iter().all(|&s| s == 0.0));
    }
}

#[test]
fn an_overlength_recovery_is_two_decisions() {
    let text = "RR1 square8 2\nS active movement 1 0\nP 1:0:0:0 2:10:0:0\nM - - 0\nT -\nH 0 0 0 0 -\nL 1 2 - 0 0 0\n\
                K 7,7=12\nR 0,0=1 1,0=1 2,1=1 3,0=1 4,0=1\nC\n";
    let state = state_of::<1>(text);
    let mut list = ActionList::new();
    state.actions(&mut list);
    check(&state, &list);
    let slide = list.actions().iter().find(|a| matches!(a, PlayAction::Slide { .. })).copied();
    let mut scratch = PlayScratch::new();
    let mut open = state.clone();
    open.apply(slide.unwrap(), &mut scratch);
    assert!(scratch.played().is_empty(), "choosing a slide plays nothing yet");
    assert_eq!(open.choice_cells().len(), 5);
    open.actions(&mut list);
    let layout = open.layout();
    let g = layout.geometry();
    let cell = |x| g.cell_at(x, 0).unwrap();
    let whole = ActionRef::Line { axis: 0, cells: (0..5).map(cell).collect() };
    let least = ActionRef::Entry(layout.line_min(cell(0), 0) as u32);
    assert!(list.find(&whole).is_some() && list.find(&least).is_some());
    let collapsed = |reference: &ActionRef<1>, scratch: &mut PlayScratch| {
        let mut after = open.clone();
        let action = list.actions()[list.find(reference).unwrap()];
        after.apply(action, scratch);
        assert!(!scratch.played().is_empty());
        after.position().collapsed_count(Player(0))
    };
    assert_eq!(collapsed(&whole, &mut scratch), 5);
    assert_eq!(collapsed(&least, &mut scratch), 4);
}
