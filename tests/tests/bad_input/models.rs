//! Models that are not what their card says.
use std::fs;
use std::path::{Path, PathBuf};

use rr_tests::{Answer, random_network, rr_node};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::exit::{DATA, IO, NOT_FOUND, UNREADABLE, USAGE};

/// Plays two games of a model against the random player.
fn evaluate(model: &Path, more: &[&str]) -> Answer {
    let mut command = rr_node();
    command.arg("evaluate").arg(model).args([
        "random",
        "--games",
        "2",
        "--simulations",
        "2",
        "--threads",
        "1",
    ]);
    Answer::of(command.args(more))
}

fn model(change: impl FnOnce(&mut Vec<f32>)) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.onnx");
    random_network(&path, "hex8_2p".parse().unwrap(), change);
    (folder, path)
}

fn edit_card(path: &Path, change: impl FnOnce(&mut Value)) {
    let card = path.with_extension("json");
    let mut value: Value = serde_json::from_slice(&fs::read(&card).unwrap()).unwrap();
    change(&mut value);
    fs::write(card, value.to_string()).unwrap();
}

#[test]
fn a_sound_model_plays() {
    let (_folder, path) = model(|_| {});
    let answer = evaluate(&path, &["--output", "json"]);
    let value: Value = serde_json::from_str(answer.succeeded()).unwrap();
    assert_eq!((&value["games"], &value["config"]), (&json!(2), &json!("hex8_2p")));
}

#[test]
fn bytes_that_are_not_the_cards_are_refused() {
    let (_folder, path) = model(|_| {});
    let good = fs::read(&path).unwrap();
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    for bytes in [flipped, good[..good.len() / 2].to_vec(), Vec::new(), b"%PDF-1.7".to_vec()] {
        fs::write(&path, bytes).unwrap();
        evaluate(&path, &[]).refused(&[DATA], &["net.onnx", "sha-256", "copy the file again"]);
    }
    fs::write(&path, good).unwrap();
    edit_card(&path, |card| card["sha256"] = json!("00".repeat(32)));
    evaluate(&path, &[]).refused(&[DATA], &["net.onnx", "sha-256"]);
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    for bad in [f32::NAN, f32::INFINITY] {
        let (_folder, path) = model(|weights| weights[100] = bad);
        evaluate(&path, &[]).refused(&[DATA], &["net.onnx", "not a finite number"]);
    }
}

#[test]
fn cards_of_another_version_board_or_size_are_refused() {
    let cases: [(&str, Value, &str); 5] = [
        ("format", json!(99), "version 99"),
        ("encoding", json!(99), "encoding version 99"),
        ("board", json!("square8"), "64"),
        ("board", json!("hex9"), "hex9"),
        ("parameters", json!(5), "parameters"),
    ];
    for (key, value, fragment) in cases {
        let (_folder, path) = model(|_| {});
        edit_card(&path, |card| card[key] = value);
        evaluate(&path, &[]).refused(&[DATA], &["net.onnx", fragment]);
    }
    let (_folder, path) = model(|_| {});
    fs::write(path.with_extension("json"), "{ no json").unwrap();
    evaluate(&path, &[]).refused(&[DATA], &["net.onnx", "card"]);
    fs::remove_file(path.with_extension("json")).unwrap();
    evaluate(&path, &[]).refused(&[DATA, NOT_FOUND, IO], &["net.json"]);
}

#[test]
fn a_model_of_another_board_is_refused() {
    let (_folder, path) = model(|_| {});
    evaluate(&path, &["--board", "square8"]).refused(&[USAGE, DATA], &["hex8", "square8"]);
    let folder = tempfile::tempdir().unwrap();
    let mut train = rr_node();
    train
        .args(["train", "--board", "square8", "--players", "2", "--steps", "1", "--data"])
        .arg(folder.path());
    Answer::of(train.arg("--parent").arg(&path)).refused(&[USAGE, DATA], &["hex8", "square8"]);
}

#[test]
fn a_model_that_is_not_there_is_refused_with_the_other_names() {
    let missing = evaluate(Path::new("/nonexistent/net.onnx"), &[]);
    missing.refused(&[UNREADABLE, USAGE, NOT_FOUND], &["/nonexistent/net.onnx", "heuristic"]);
}

#[test]
fn a_match_of_no_games_is_refused() {
    let command = &mut rr_node();
    let answer = Answer::of(command.args(["evaluate", "random", "heuristic", "--games", "0"]));
    answer.refused(&[USAGE], &["--games must be at least 1"]);
}
