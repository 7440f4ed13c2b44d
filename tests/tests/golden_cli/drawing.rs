//! `rr-admin games show`.
use rr_tests::{Answer, rr_admin};

use crate::altered::golden;

fn show(name: &str, more: &[&str]) -> Answer {
    Answer::of(rr_admin().args(["games", "show"]).arg(golden().join(name)).args(more))
}

/// Returns the cells of a row of hexes.
fn hexes(row: &str) -> usize {
    row.split("q=").next().unwrap().split_whitespace().skip(1).count()
}

#[test]
fn hex_boards_are_drawn_as_hexes() {
    for (name, radius) in [("hex8_2p.jsonl.gz", 4), ("hexagonal_4p.jsonl.gz", 12)] {
        let answer = show(name, &["--ply", "40"]);
        let rows: Vec<&str> = answer.succeeded().lines().filter(|line| line.starts_with("r=")).collect();
        let cells: Vec<usize> = rows.iter().map(|row| hexes(row)).collect();
        let expected: Vec<usize> =
            (0..=2 * radius).map(|r: usize| 2 * radius + 1 - r.abs_diff(radius)).collect();
        assert_eq!(cells, expected, "{}", answer.stdout);
        // Neighbouring rows are shifted by half a hex against each other.
        let indent = |row: &str| row.chars().skip(6).take_while(|c| *c == ' ').count();
        let steps: Vec<usize> =
            rows.windows(2).map(|pair| indent(pair[0]).abs_diff(indent(pair[1]))).collect();
        assert!(steps.iter().all(|step| *step == steps[0] && *step > 0), "{}", answer.stdout);
    }
}

#[test]
fn square_boards_are_drawn_as_squares() {
    let answer = show("square8_2p.jsonl.gz", &["--ply", "30", "--text"]);
    let text = answer.succeeded();
    let rows = text.lines().filter(|line| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|word| word.parse::<u8>().is_ok()) && words.count() == 8
    });
    assert_eq!(rows.count(), 8, "{text}");
    assert!(text.contains("RR1 square8 2"), "--text prints the notation: {text}");
    assert!(text.contains("ply 30 of "), "{text}");
}

#[test]
fn a_position_is_json_when_asked() {
    let answer = show("hex8_3p.jsonl.gz", &["--ply", "20", "--output", "json"]);
    let value: serde_json::Value = serde_json::from_str(answer.succeeded()).unwrap();
    assert_eq!((&value["config"], &value["ply"]), (&"hex8_3p".into(), &20.into()));
    assert!(value["position"].as_str().unwrap().starts_with("RR1 hex8 3"), "{value}");
    assert_eq!(value["drawing"].as_str().unwrap().lines().filter(|line| line.starts_with("r=")).count(), 9);
}

#[test]
fn a_ply_or_game_that_is_not_there_is_refused_with_the_range() {
    show("hex8_2p.jsonl.gz", &["--ply", "100000"]).refused(&[64], &["--ply takes 0 to"]);
    show("hex8_2p.jsonl.gz", &["--game", "99"]).refused(&[64], &["no game 99"]);
    show("hex8_2p.jsonl.gz", &["--game", "0"]).refused(&[64], &["count from 1"]);
    show("README.md", &[]).refused(&[2], &["README.md"]);
    show("missing.jsonl", &[]).refused(&[2], &["missing.jsonl"]);
}
