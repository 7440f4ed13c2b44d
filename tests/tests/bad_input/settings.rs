//! Configurations that are wrong: the key, where it came from, and the nearest right one.
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rr_tests::{Answer, rr_node};

use crate::exit::{CONFIG, USAGE};

fn show(args: &[&str]) -> Answer {
    Answer::of(rr_node().args(["config", "show"]).args(args))
}

fn with_file(text: impl AsRef<[u8]>) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.toml");
    fs::write(&path, text).unwrap();
    show(&["--config-file", path.to_str().unwrap()])
}

#[test]
fn unknown_keys_are_refused_with_the_nearest_right_one() {
    with_file("[training]\nbatchsize = 3\n")
        .refused(&[CONFIG], &["training.batchsize", "node.toml", "training.batch_size"]);
    with_file("[trainign]\nbatch_size = 3\n").refused(&[CONFIG], &["trainign", "node.toml", "did you mean"]);
    show(&["--set", "selfplay.thread=2"])
        .refused(&[CONFIG], &["selfplay.thread", "--set", "selfplay.threads"]);
}

#[test]
fn bad_values_are_refused_with_their_origin() {
    with_file("[training]\nbatch_size = \"many\"\n")
        .refused(&[CONFIG], &["training.batch_size", "node.toml"]);
    show(&["--set", "training.batch_size=many"]).refused(&[CONFIG], &["training.batch_size", "--set"]);
    show(&["--set", "training.max_steps=1"])
        .refused(&[CONFIG], &["training.max_steps", "training.min_steps"]);
    show(&["--set", "devices.providers=cuba"]).refused(&[CONFIG], &["devices.providers", "cuda"]);
    show(&["--set", "net.preset=lage"]).refused(&[CONFIG], &["net.preset", "large"]);
    let answer = Answer::of(rr_node().args(["config", "show"]).env("RINGRIFT_QUALITY_WEIGHT", "heavy"));
    answer.refused(&[CONFIG], &["scheduler.quality_weight", "RINGRIFT_QUALITY_WEIGHT"]);
}

#[test]
fn unknown_variables_are_refused_with_the_nearest_right_one() {
    let answer = Answer::of(rr_node().args(["config", "show"]).env("RINGRIFT_LOG_LEVLE", "debug"));
    answer.refused(&[CONFIG], &["RINGRIFT_LOG_LEVLE", "RINGRIFT_LOG_LEVEL"]);
    let answer = Answer::of(rr_node().args(["config", "show"]).env("RINGRIFT_TRAINING__BATCHSIZE", "8"));
    answer.refused(&[CONFIG], &["RINGRIFT_TRAINING__BATCHSIZE", "RINGRIFT_TRAINING__BATCH_SIZE"]);
}

#[test]
fn what_is_no_text_is_refused_and_never_taken_for_something_else() {
    let folder = OsStr::from_bytes(b"/tmp/caf\xe9");
    let answer = Answer::of(rr_node().args(["config", "show"]).env("RINGRIFT_DATA_DIR", folder));
    answer.refused(&[CONFIG], &["RINGRIFT_DATA_DIR", "UTF-8"]);
    let answer = Answer::of(rr_node().args(["config", "show", "--data-dir"]).arg(folder));
    answer.refused(&[USAGE], &["--data-dir", "UTF-8"]);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    show(&["--config-file", "/nonexistent/node.toml"]).refused(&[CONFIG], &["/nonexistent/node.toml"]);
    show(&["--config-file", "/"]).refused(&[CONFIG], &["configuration file /"]);
    with_file("[training\nbatch_size = 3").refused(&[CONFIG], &["node.toml"]);
    with_file([0u8, 159, 146, 150]).refused(&[CONFIG], &["node.toml"]);
    let answer =
        Answer::of(rr_node().args(["config", "show"]).env("RINGRIFT_CONFIG_FILE", "/nonexistent/b.toml"));
    answer.refused(&[CONFIG], &["/nonexistent/b.toml"]);
}

#[test]
fn a_setting_that_is_no_pair_is_a_mistake_of_usage() {
    show(&["--set", "training.batch_size"]).refused(&[USAGE], &["section.key=value"]);
}

#[test]
fn every_mistake_is_reported_at_once() {
    let answer =
        show(&["--set", "training.batch_size=0", "--set", "search.value_scale=-1", "--set", "nosuch.key=1"]);
    answer.refused(&[CONFIG], &["training.batch_size", "nosuch.key"]);
}

#[test]
fn a_node_with_a_wrong_configuration_makes_no_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let start = |args: &[&str]| Answer::of(rr_node().arg("--data-dir").arg(&data).args(args));
    start(&["--set", "loop.board=hex9"]).refused(&[CONFIG], &["loop.board", "hex8"]);
    start(&["--set", "loop.players=5"]).refused(&[CONFIG], &["loop.players"]);
    start(&["--set", "loop.players=1"]).refused(&[CONFIG], &["loop.players"]);
    start(&["--set", "training.nothing=1"]).refused(&[CONFIG], &["training.nothing"]);
    start(&["--role", "emperor"]).refused(&[2, USAGE], &["emperor", "all"]);
    assert!(!Path::new(&data).exists(), "a refused node made its data folder");
}
