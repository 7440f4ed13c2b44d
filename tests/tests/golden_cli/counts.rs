//! `rr-admin games perft` and `rr-admin bench playout`.
use std::collections::BTreeSet;

use rr_engine::trace::PerftCase;
use rr_tests::{Answer, rr_admin};
use serde_json::Value;

use crate::altered::lines;

/// Most sequences that one case counts here; `engine/tests/parity.rs` counts all.
const MOST: u64 = 50_000;

#[test]
fn counts_of_the_golden_positions_on_every_board() {
    let mut boards = BTreeSet::new();
    for line in lines("perft.jsonl.gz") {
        let case: PerftCase = serde_json::from_str(&line).unwrap();
        let depth = case.counts.iter().take_while(|count| **count <= MOST).count();
        if depth == 0 {
            continue;
        }
        let players = case.players.to_string();
        let (board, depth_text) = (case.board.name(), depth.to_string());
        let answer = Answer::of(rr_admin().args([
            "games",
            "perft",
            "--board",
            board,
            "--players",
            &players,
            "--depth",
            &depth_text,
            "--json",
            "--position",
            &case.ct,
        ]));
        let value: Value = serde_json::from_str(answer.succeeded()).unwrap();
        let counts: Vec<u64> = serde_json::from_value(value["counts"].clone()).unwrap();
        assert_eq!(counts, case.counts[..depth], "{board} with {players} players from\n{}", case.ct);
        boards.insert(board);
    }
    assert_eq!(boards.len(), 4, "{boards:?}");
}

#[test]
fn a_position_of_another_config_or_of_nothing_is_refused() {
    let perft = |position: &str| {
        Answer::of(rr_admin().args([
            "games",
            "perft",
            "--board",
            "hex8",
            "--players",
            "2",
            "--depth",
            "1",
            "--position",
            position,
        ]))
    };
    perft("RR1 square8 2\n").refused(&[64, 65], &["square8"]);
    perft("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1").refused(&[65], &["error"]);
    perft("@/nonexistent/position").refused(&[2], &["/nonexistent/position"]);
}

#[test]
fn a_depth_of_nothing_is_refused() {
    let perft = ["games", "perft", "--board", "hex8", "--players", "2", "--depth", "0"];
    Answer::of(rr_admin().args(perft)).refused(&[64], &["--depth must be at least 1"]);
}

#[test]
fn unknown_boards_and_player_counts_are_refused() {
    for (board, players, codes, fragment) in [
        ("hex9", "2", [2, 64], "hex8"),
        ("hex8", "5", [64, 64], "2, 3 or 4"),
        ("hex8", "1", [64, 64], "2, 3 or 4"),
    ] {
        for command in [["games", "perft", "--depth", "1"], ["bench", "playout", "--seconds", "0.1"]] {
            let answer = Answer::of(rr_admin().args(command).args(["--board", board, "--players", players]));
            answer.refused(&codes, &[fragment]);
        }
    }
}

#[test]
fn playouts_are_measured_as_json() {
    let answer = Answer::of(rr_admin().args([
        "bench",
        "playout",
        "--board",
        "square19",
        "--players",
        "4",
        "--seconds",
        "0.3",
        "--json",
    ]));
    let value: Value = serde_json::from_str(answer.succeeded()).unwrap();
    assert_eq!(value["config"], "square19_4p");
    let number = |key: &str| value[key].as_f64().unwrap_or_else(|| panic!("{key} in {value}"));
    assert!(number("plies") > 0.0 && number("cpu_seconds") > 0.0);
    let rate = number("plies") / number("cpu_seconds");
    assert!((number("plies_per_cpu_second") / rate - 1.0).abs() < 1e-6, "{value}");
}
