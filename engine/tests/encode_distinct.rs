//! States that differ in anything the rules depend on never encode alike.
#![allow(clippy::unwrap_used)]

#[path = "encode/golden.rs"]
mod golden;
#[path = "encode/variants.rs"]
mod variants;

use std::collections::BTreeMap;

use golden::{golden_texts, random_states, state_of};
use rr_engine::action::{PlayAction, PlayScratch, PlayState};
use rr_engine::board::{BoardKind, GameConfig};
use rr_engine::encode::{CELL_FEATURES, GLOBAL_FEATURES, encode};
use rr_engine::rules::{Position, Rules};
use rr_engine::with_board_width;
use variants::variants;

type Planes = (Vec<u32>, Vec<u32>);

/// Encodes to bits, so that equality is exact and orderable.
fn planes<const W: usize>(state: &PlayState<W>) -> Planes {
    let mut cells = vec![0.0; state.position().geometry().cells() * CELL_FEATURES];
    let mut globals = vec![0.0; GLOBAL_FEATURES];
    encode(state, &mut cells, &mut globals);
    let bits = |v: &[f32]| v.iter().map(|x| x.to_bits()).collect();
    (bits(&cells), bits(&globals))
}

/// The text without what decides nothing: the number of the round, beyond whether there was one.
fn essence(text: &str) -> String {
    let line = |(i, line): (usize, &str)| {
        let mut words: Vec<&str> = line.split(' ').collect();
        if i == 6 && words.len() > 1 && words[1] != "0" {
            words[1] = "1";
        }
        words.join(" ") + "\n"
    };
    text.lines().enumerate().map(line).collect()
}

fn check_variants<const W: usize>(config: GameConfig, texts: usize) -> usize {
    let mut compared = 0;
    for text in golden_texts::<W>(config, texts) {
        let base = planes(&state_of::<W>(&text));
        for variant in variants(&text) {
            // A change that leaves no position says nothing about the encoding.
            let Ok(position) = Position::<W>::from_text(&variant) else { continue };
            let state = PlayState::unsettled(position, &mut PlayScratch::new());
            assert!(planes(&state) != base, "these encode alike:\n{text}{variant}");
            compared += 1;
        }
    }
    compared
}

fn check_all_distinct<const W: usize>(config: GameConfig, texts: usize, games: usize) {
    let mut seen: BTreeMap<Planes, String> = BTreeMap::new();
    let mut keys: BTreeMap<u64, Planes> = BTreeMap::new();
    let mut add = |state: &PlayState<W>| {
        // An evaluation cache looks states up by key, so equal keys must mean equal encodings.
        if let Some(other) = keys.insert(state.key(), planes(state)) {
            assert!(other == planes(state), "one key, two encodings:\n{}", state.position().to_text());
        }
        let text = format!("{}{:?}", essence(&state.position().to_text()), state.slide());
        if let Some(other) = seen.insert(planes(state), text.clone()) {
            assert_eq!(other, text, "these encode alike");
        }
    };
    golden_texts::<W>(config, texts).iter().for_each(|text| add(&state_of::<W>(text)));
    random_states::<W>(config, 17, games, |state, list| {
        if state.position().rules().swap {
            return;
        }
        add(state);
        for &action in list.actions() {
            if let PlayAction::Slide { .. } = action {
                let mut open = state.clone();
                open.apply(action, &mut PlayScratch::new());
                add(&open);
            }
        }
    });
}

fn check_board(board: BoardKind, texts: usize, games: usize) {
    for config in GameConfig::ALL.into_iter().filter(|c| c.board == board) {
        with_board_width!(board, W => {
            let compared = check_variants::<W>(config, texts);
            assert!(compared > 20 * texts, "{config}: only {compared} changed positions");
            check_all_distinct::<W>(config, 20 * texts, games);
        });
    }
}

#[test]
fn square8_states_are_told_apart() {
    check_board(BoardKind::Square8, 40, 6);
}

#[test]
fn hex8_states_are_told_apart() {
    check_board(BoardKind::Hex8, 40, 6);
}

#[test]
fn square19_states_are_told_apart() {
    check_board(BoardKind::Square19, 4, 2);
}

#[test]
fn hexagonal_states_are_told_apart() {
    check_board(BoardKind::Hexagonal, 4, 2);
}

#[test]
fn rules_that_vary_are_seen() {
    let config = GameConfig::new(BoardKind::Hex8, 2).unwrap();
    let base = Rules::for_config(config);
    let others = [
        Rules { rings_per_player: 17, ..base },
        Rules { line_base: 3, ..base },
        Rules { line_effective: 3, ..base },
        Rules { victory_threshold: 19, ..base },
        Rules { territory_minimum: 30, ..base },
        Rules { lps_rounds: 2, ..base },
        Rules { swap: true, ..base },
        Rules { stack_strike: false, ..base },
    ];
    let of = |rules| planes(&PlayState::<1>::initial(config, rules, &mut PlayScratch::new()).unwrap());
    for rules in others {
        assert!(of(rules) != of(base), "{rules:?}");
    }
}

#[test]
fn tall_stacks_keep_their_order() {
    let head = "RR1 hexagonal 2\nS active movement 1 0\nP 1:0:0:0 2:0:0:0\nM - - 0\nT -\nH 0 0 0 0 -\nL 0 0 - 0 0 0\nK 0,0=";
    let of = |rings: &str| planes(&state_of::<8>(&format!("{head}{rings}\nR\nC\n")));
    // One ring of the other colour at each depth of a stack as high as play can build on the largest board.
    let height = 26;
    let stacks: Vec<String> =
        (0..height).map(|at| (0..height).map(|i| if i == at { '2' } else { '1' }).collect()).collect();
    for (i, a) in stacks.iter().enumerate() {
        for b in &stacks[..i] {
            assert!(of(a) != of(b), "{a} {b}");
        }
    }
}
