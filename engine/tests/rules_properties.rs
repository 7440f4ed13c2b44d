//! Properties of positions reached by random play, and of the readers on broken input.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_engine::{
    board::GameConfig,
    playout::random_move,
    rules::{MoveList, Player, Position, Rules},
    with_board_width,
};

fn start<const W: usize>(config: GameConfig, swap: bool) -> Position<W> {
    Position::new(config, Rules { swap: swap && config.players == 2, ..Rules::for_config(config) }).unwrap()
}

/// Plays random moves and hands every position to `visit`.
fn walk<const W: usize>(
    start: Position<W>,
    seed: u64,
    plies: u32,
    mut visit: impl FnMut(&Position<W>, &MoveList),
) {
    let (mut position, mut list) = (start, MoveList::new());
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..plies {
        position.legal_moves(&mut list);
        visit(&position, &list);
        let Some(mv) = random_move(&position, &list, &mut rng) else { break };
        position.apply(mv);
    }
}

fn config() -> impl Strategy<Value = GameConfig> {
    (0..12usize).prop_map(|i| GameConfig::ALL[i])
}

fn check<const W: usize>(position: &Position<W>, list: &MoveList) {
    assert_eq!(position.zobrist(), position.fresh_zobrist());
    for p in Player::all(position.players()) {
        let rings: u16 =
            position.board().stacks().iter().filter_map(|c| position.stack(c)).map(|s| s.count(p)).sum();
        assert_eq!(rings, position.board().rings_on_board(p));
    }
    assert_eq!(list.is_empty(), position.is_over());
}

#[test]
fn keys_and_counts_kept_incrementally_equal_fresh_ones_at_every_ply() {
    for (i, config) in GameConfig::ALL.into_iter().enumerate() {
        with_board_width!(config.board, W => {
            walk(start::<W>(config, true), i as u64, 3_000, check);
        });
    }
}

#[test]
fn decisions_are_legal_playable_and_without_duplicates() {
    for (i, config) in GameConfig::ALL.into_iter().enumerate() {
        with_board_width!(config.board, W => {
            let mut decisions = MoveList::new();
            walk(start::<W>(config, true), 100 + i as u64, 1_500, |position, list| {
                position.decisions(&mut decisions);
                assert_eq!(decisions.is_empty(), list.is_empty());
                let mut results = std::collections::HashMap::new();
                for &mv in &decisions {
                    assert!(list.contains(&mv) && !position.is_failing(mv) && !position.is_without_effect(mv));
                    // Placements are many and plainly distinct.
                    if list.len() < 64 {
                        let mut next = position.clone();
                        next.apply(mv);
                        if next.is_over() {
                            // Two regions may collapse the same cells; only the price owed tells them apart.
                            continue;
                        }
                        let twin = results.insert(next.to_full_text(), position.move_text(mv));
                        assert_eq!(twin, None, "{} has a twin", position.move_text(mv));
                    }
                }
            });
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_round_trip(config in config(), seed: u64, swap: bool, plies in 1u32..600) {
        with_board_width!(config.board, W => {
            let mut last = None;
            walk(start::<W>(config, swap), seed, plies, |position, list| {
                last = Some((position.clone(), list.clone()));
            });
            let (position, list) = last.unwrap();
            let full = position.to_full_text();
            let again = Position::<W>::from_text(&full).unwrap();
            prop_assert_eq!(again.to_full_text(), full);
            prop_assert_eq!(again.zobrist(), position.zobrist());
            prop_assert_eq!(again.outcome(), position.outcome());
            prop_assert_eq!(again.board().insertion_order(), position.board().insertion_order());
            let mut same = MoveList::new();
            again.legal_moves(&mut same);
            prop_assert_eq!(same.as_slice(), list.as_slice());
            for &mv in list.iter().take(40) {
                let text = position.move_text(mv);
                prop_assert_eq!(position.parse_move(&text).unwrap(), mv, "{}", text);
            }
            let short = Position::<W>::from_text(&position.to_text()).unwrap();
            prop_assert_eq!(short.to_text(), position.to_text());
        });
    }

    #[test]
    fn a_read_position_plays_on_alike(config in config(), seed: u64, plies in 1u32..300) {
        with_board_width!(config.board, W => {
            let mut last = None;
            walk(start::<W>(config, true), seed, plies, |position, _| last = Some(position.clone()));
            let position = last.unwrap();
            let again = Position::<W>::from_text(&position.to_full_text()).unwrap();
            let (mut left, mut right) = (Vec::new(), Vec::new());
            walk(position, seed ^ 1, 120, |p, _| left.push(p.to_full_text()));
            walk(again, seed ^ 1, 120, |p, _| right.push(p.to_full_text()));
            prop_assert_eq!(left, right);
        });
    }

    #[test]
    fn any_text_is_read_or_refused(config in config(), text in "\\PC*", lines in "[0-9A-Z :;,=xa-z_\n-]{0,200}") {
        with_board_width!(config.board, W => {
            let head = format!("RR1 {} {}\n", config.board, config.players);
            for text in [text.clone(), lines.clone(), format!("{head}{text}"), format!("{head}{lines}")] {
                let _ = rr_engine::notation::config_of_text(&text);
                let _ = Position::<W>::from_text(&text);
                let _ = start::<W>(config, true).parse_move(&text);
            }
        });
    }

    #[test]
    fn broken_texts_are_refused_without_a_panic(
        config in config(),
        seed: u64,
        plies in 1u32..300,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u8..3), 1..6),
    ) {
        const ALPHABET: &[u8] = b"0123456789 :;,=-\nMPTHLKRCSX|rx";
        with_board_width!(config.board, W => {
            let mut text = String::new();
            let mut move_text = String::new();
            let mut last = None;
            walk(start::<W>(config, true), seed, plies, |position, list| {
                text = position.to_full_text();
                move_text = list.first().map(|&m| position.move_text(m)).unwrap_or_default();
                last = Some(position.clone());
            });
            let edit = |text: &str| {
                let mut bytes = text.as_bytes().to_vec();
                for (at, with, how) in &edits {
                    if bytes.is_empty() {
                        break;
                    }
                    let (at, with) = (at.index(bytes.len()), ALPHABET[with.index(ALPHABET.len())]);
                    match how {
                        0 => bytes[at] = with,
                        1 => bytes.insert(at, with),
                        _ => {
                            bytes.remove(at);
                        }
                    }
                }
                String::from_utf8(bytes).unwrap_or_default()
            };
            let _ = last.unwrap().parse_move(&edit(&move_text));
            if let Ok(position) = Position::<W>::from_text(&edit(&text)) {
                // What is accepted can be played on.
                walk(position, seed, 60, check);
            }
        });
    }
}
