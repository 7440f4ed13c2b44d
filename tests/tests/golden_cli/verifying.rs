//! `rr-admin games verify`.
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use flate2::{Compression, write::GzEncoder};
use rr_engine::trace::moves_digest;
use rr_tests::{Answer, played_game, project, rr_admin};
use serde_json::{Value, json};

use crate::altered::{golden, lines, write_altered};

/// The line of the ply that tests change: header first, so this is ply 11.
const LINE: usize = 12;

fn verify(path: &std::path::Path) -> Answer {
    Answer::of(rr_admin().args(["games", "verify"]).arg(path))
}

fn verify_json(path: &std::path::Path) -> (Option<i32>, Value) {
    let answer = Answer::of(rr_admin().args(["games", "verify", "--json"]).arg(path));
    let value = serde_json::from_str(&answer.stdout).unwrap_or_else(|error| panic!("{error}: {answer:#?}"));
    (answer.code, value)
}

#[test]
fn all_golden_games_are_equal() {
    let answer = verify(&golden());
    let text = answer.succeeded();
    assert!(text.contains("0 divergences"), "{text}");
    let headers = rr_engine::board::GameConfig::ALL.iter().flat_map(|config| {
        lines(&format!("{}.jsonl.gz", config.key())).into_iter().filter(|line| line.starts_with("{\"h\":1"))
    });
    let games = headers.count();
    assert!(games >= 24, "only {games} golden games");
    assert!(text.contains(&format!("12 files, {games} games")), "{text}");
}

#[test]
fn the_answer_is_json_when_asked() {
    let (code, value) = verify_json(&golden().join("hex8_2p.jsonl.gz"));
    assert_eq!(code, Some(0));
    let recorded = lines("hex8_2p.jsonl.gz").iter().filter(|line| line.starts_with("{\"i\":")).count();
    assert_eq!(value["plies"], json!(recorded));
    assert_eq!((&value["divergences"], &value["unreadable"]), (&json!(0), &json!([])));
}

#[test]
fn divergences_in_several_files_are_counted_and_the_first_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.jsonl", "b.jsonl"] {
        write_altered(&folder.path().join(name), "hex8_2p.jsonl.gz", LINE, |ply| ply["sh"] = json!(name));
    }
    fs::copy(golden().join("hex8_3p.jsonl.gz"), folder.path().join("c.jsonl.gz")).unwrap();
    let (code, value) = verify_json(folder.path());
    assert_eq!((code, &value["divergences"], &value["files"]), (Some(1), &json!(2), &json!(3)));
    assert!(value["first_file"].as_str().unwrap().ends_with("a.jsonl"), "{value}");
    assert_eq!(value["first"]["recorded"], json!("a.jsonl"));
    // What cannot be read outweighs what differs: nobody knows what is in it.
    fs::write(folder.path().join("d.jsonl"), "{").unwrap();
    let (code, value) = verify_json(folder.path());
    assert_eq!((code, &value["divergences"]), (Some(2), &json!(2)));
    assert!(value["unreadable"][0].as_str().unwrap().contains("d.jsonl"), "{value}");
}

#[test]
fn both_states_are_those_after_the_move_where_lists_differ() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("altered.jsonl");
    write_altered(&path, "hex8_2p.jsonl.gz", LINE, |ply| ply["sh"] = json!("0"));
    let (_, other_state) = verify_json(&path);
    write_altered(&path, "hex8_2p.jsonl.gz", LINE, |ply| ply["n"] = json!(9_999));
    let (_, other_list) = verify_json(&path);
    assert_eq!(other_list["first"]["kind"], json!("legal_moves"));
    assert_eq!(other_list["first"]["found_state"], other_state["first"]["found_state"]);
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let mut command = rr_admin();
    command.args(["games", "show", "--text"]).arg(golden().join("hexagonal_4p.jsonl.gz"));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && error.is_empty(), "{:?}: {error}", output.status);
}

#[test]
fn another_hash_of_a_state_is_a_divergence_at_that_ply() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("altered.jsonl");
    write_altered(&path, "hex8_2p.jsonl.gz", LINE, |ply| ply["sh"] = json!("0123456789abcdef"));
    let (code, value) = verify_json(&path);
    assert_eq!((code, &value["divergences"]), (Some(1), &json!(1)));
    let first = &value["first"];
    assert_eq!((&first["ply"], &first["kind"]), (&json!(LINE - 1), &json!("state")));
    assert_eq!(first["recorded"], json!("0123456789abcdef"));
    assert!(first["found_state"].as_str().unwrap().starts_with("RR1 hex8 2"));
    let text = verify(&path);
    assert_eq!(text.code, Some(1));
    for part in ["1 divergences", "0123456789abcdef", "found state:\nRR1 hex8 2", "found moves ("] {
        assert!(text.stdout.contains(part), "should print `{part}`:\n{}", text.stdout);
    }
}

#[test]
fn a_missing_legal_move_prints_both_lists_and_both_states() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("altered.jsonl");
    write_altered(&path, "square8_3p.jsonl.gz", LINE, |ply| ply["lh"] = json!("0"));
    let (_, value) = verify_json(&path);
    let found: Vec<String> = serde_json::from_value(value["first"]["found_moves"].clone()).unwrap();
    // What a reference engine that overlooks the last of them would have recorded.
    let mut recorded = found.clone();
    let overlooked = recorded.pop().unwrap();
    write_altered(&path, "square8_3p.jsonl.gz", LINE, |ply| {
        ply["n"] = json!(recorded.len());
        ply["mv"] = json!(recorded);
        ply["lh"] = json!(moves_digest(&mut recorded.clone()));
        ply["ct"] = json!("RR1 the recorded text");
    });
    let answer = verify(&path);
    assert_eq!(answer.code, Some(1));
    let text = &answer.stdout;
    let (left, right) = text.split_once(&format!("found moves ({})", found.len())).expect("found moves");
    let (_, left) = left.split_once(&format!("recorded moves ({})", recorded.len())).expect("recorded moves");
    assert!(!left.contains(&overlooked) && right.contains(&overlooked), "{text}");
    assert!(recorded.iter().all(|mv| left.contains(mv) && right.contains(mv)), "{text}");
    assert!(
        text.contains("recorded state:\nRR1 the recorded text")
            && text.contains("found state:\nRR1 square8 3")
    );
    let (_, value) = verify_json(&path);
    assert_eq!(value["first"]["kind"], json!("legal_moves"));
    assert_eq!(value["first"]["recorded_moves"].as_array().unwrap().len() + 1, found.len());
}

#[test]
fn another_move_is_a_divergence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("altered.jsonl");
    let at = lines("hex8_2p.jsonl.gz").iter().position(|line| line.contains("\"move_stack\"")).unwrap();
    write_altered(&path, "hex8_2p.jsonl.gz", at, |ply| ply["m"]["to"] = json!("4,4"));
    let (code, value) = verify_json(&path);
    assert_eq!((code, &value["first"]["kind"]), (Some(1), &json!("recorded_move")));
    assert!(value["first"]["recorded_move"].as_str().unwrap().contains("4,4"));
}

#[test]
fn files_that_are_no_games_end_with_2_and_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("games.jsonl");
    let whole = lines("hex8_2p.jsonl.gz").join("\n");
    let mut nothing = GzEncoder::new(Vec::new(), Compression::default());
    nothing.write_all(b"\n\n").unwrap();
    let cases: [(&str, Vec<u8>); 10] = [
        ("garbage", (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        ("an empty file", Vec::new()),
        ("a file of blank lines", b"\n\n\n".to_vec()),
        ("a gzip of blank lines", nothing.finish().unwrap()),
        ("a header and nothing else", whole.lines().next().unwrap().as_bytes().to_vec()),
        ("another program's file", b"SQLite format 3\0 and so on".to_vec()),
        ("a trace that ends early", whole.as_bytes()[..whole.len() - 300].to_vec()),
        ("a trace of a newer format", whole.replace("\"v\":1", "\"v\":9").into_bytes()),
        ("a gzip that ends early", fs::read(golden().join("hex8_2p.jsonl.gz")).unwrap()[..9000].to_vec()),
        ("a board that does not exist", whole.replace("\"hex8\"", "\"hex9\"").into_bytes()),
    ];
    for (what, bytes) in cases {
        fs::write(&path, bytes).unwrap();
        let answer = verify(&path);
        assert_eq!(answer.code, Some(2), "{what}: {answer:#?}");
        assert!(answer.stderr.contains("games.jsonl"), "{what}: {answer:#?}");
    }
    let missing = verify(&folder.path().join("none"));
    missing.refused(&[2], &["none"]);
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    verify(&empty).refused(&[2], &["empty", ".jsonl"]);
}

#[test]
fn a_damaged_file_in_a_folder_is_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(golden().join("hex8_2p.jsonl.gz"), folder.path().join("a.jsonl.gz")).unwrap();
    fs::copy(golden().join("perft.jsonl.gz"), folder.path().join("perft.jsonl.gz")).unwrap();
    assert!(verify(folder.path()).succeeded().contains("1 files, "));
    fs::write(folder.path().join("b.jsonl"), "{\"h\":1,\"v\":1,").unwrap();
    verify(folder.path()).refused(&[2], &["b.jsonl"]);
}

#[test]
fn our_own_records_are_verified_in_both_forms() {
    let folder = tempfile::tempdir().unwrap();
    let game = played_game("hex8_3p".parse().unwrap(), 5);
    fs::write(folder.path().join("a.rrb"), game.to_bytes().unwrap()).unwrap();
    fs::write(folder.path().join("b.rrg"), game.to_text()).unwrap();
    let answer = verify(folder.path());
    assert!(answer.succeeded().starts_with(&format!("2 files, 2 games, {} plies", 2 * game.moves.len())));

    let mut wrong = game.clone();
    let moves = wrong.moves.len();
    wrong.moves.swap(1, moves - 2);
    fs::write(folder.path().join("a.rrb"), wrong.to_bytes().unwrap()).unwrap();
    let answer = verify(folder.path());
    assert_eq!(answer.code, Some(1), "{answer:#?}");
    assert!(answer.stdout.contains("a.rrb") && answer.stdout.contains("1 divergences"), "{answer:#?}");
}

#[test]
fn shared_traces_are_equal_where_they_are_at_hand() {
    let shared = project().join("../shared/traces/dev_full");
    if shared.is_dir() {
        assert!(verify(&shared).succeeded().contains(" 0 divergences"));
    }
}
