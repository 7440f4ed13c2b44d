//! A turned state encodes like the turned encoding, for planes and for actions.
#![allow(clippy::unwrap_used)]

#[path = "encode/golden.rs"]
mod golden;
#[path = "encode/turned.rs"]
mod turned;

use std::collections::BTreeSet;

use golden::{golden_texts, random_states, state_of};
use rr_engine::action::{ActionList, PlayAction, PlayScratch, PlayState, SymmetryTable};
use rr_engine::board::{BoardKind, GameConfig};
use rr_engine::encode::{CELL_FEATURES, GLOBAL_FEATURES, encode};
use rr_engine::rules::{RecoveryMode, Rules};
use rr_engine::with_board_width;
use turned::{turned_action, turned_position};

fn planes<const W: usize>(state: &PlayState<W>) -> (Vec<f32>, Vec<f32>) {
    let mut cells = vec![f32::NAN; state.position().geometry().cells() * CELL_FEATURES];
    let mut globals = vec![f32::NAN; GLOBAL_FEATURES];
    encode(state, &mut cells, &mut globals);
    (cells, globals)
}

fn check<const W: usize>(state: &PlayState<W>, table: &SymmetryTable) {
    let (cells, globals) = planes(state);
    assert!(cells.iter().chain(&globals).all(|v| v.is_finite()));
    let mut list = ActionList::new();
    state.actions(&mut list);
    let line_recovery = |a: &PlayAction| match a {
        PlayAction::Slide { .. } => true,
        PlayAction::Move(m) => {
            matches!(m.recovery_mode(), Some(RecoveryMode::LineAll | RecoveryMode::LineMin))
        }
    };
    for g in 0..table.len() {
        let s = table.symmetry(g);
        let image = PlayState::unsettled(turned_position(state.position(), s), &mut PlayScratch::new());
        let (image_cells, image_globals) = planes(&image);
        let mut want = vec![0.0; cells.len()];
        table.permute_cells(g, CELL_FEATURES, &cells, &mut want);
        assert!(image_cells == want, "{g}:\n{}", state.position().to_text());
        assert!(image_globals == globals, "{g}:\n{}", state.position().to_text());
        for (i, &action) in list.actions().iter().enumerate() {
            let turned = turned_action(state.position(), action, s);
            let want = list.reference(i).image(table, g);
            assert_eq!(image.reference(turned), want, "{g} {action:?}:\n{}", state.position().to_text());
        }
        // The reference scans for recovery lines in a fixed order, so a turned position can offer others (S10).
        if !list.actions().iter().any(line_recovery) {
            let mut there = ActionList::new();
            image.actions(&mut there);
            let turned: BTreeSet<_> =
                list.actions().iter().map(|&a| turned_action(state.position(), a, s)).collect();
            assert_eq!(
                turned,
                there.actions().iter().copied().collect(),
                "{g}:\n{}",
                image.position().to_text()
            );
        }
    }
}

fn check_config<const W: usize>(config: GameConfig, texts: usize, step: usize) {
    let table = SymmetryTable::new(config.board, usize::from(Rules::for_config(config).line_effective));
    for text in golden_texts::<W>(config, texts) {
        check(&state_of::<W>(&text), &table);
    }
    let mut n = 0;
    random_states::<W>(config, 5, 1, |state, _| {
        n += 1;
        if n % step == 0 && state.slide().is_none() {
            check(state, &table);
        }
    });
}

fn check_board(board: BoardKind, texts: usize, step: usize) {
    for config in GameConfig::ALL.into_iter().filter(|c| c.board == board) {
        with_board_width!(board, W => check_config::<W>(config, texts, step));
    }
}

#[test]
fn square8_turns_alike() {
    check_board(BoardKind::Square8, 400, 3);
}

#[test]
fn hex8_turns_alike() {
    check_board(BoardKind::Hex8, 400, 3);
}

#[test]
fn square19_turns_alike() {
    check_board(BoardKind::Square19, 60, 30);
}

#[test]
fn hexagonal_turns_alike() {
    check_board(BoardKind::Hexagonal, 40, 60);
}
