//! Signals: the first one stops the node in order and loses nothing, the second one ends it at once and damages nothing.
#![allow(clippy::unwrap_used)]

mod changes;
mod terminal;

use std::path::Path;
use std::time::Duration;

use rr_proto::ConfigKey;
use rr_tests::{Ending, RunningNode, Signal, StoreFacts, alone, is_alive, rr_node, set, tiny_loop};
use tempfile::TempDir;

/// How long a stop in order may take.
const STOP: Duration = Duration::from_secs(30);
/// How long a phase may let itself be waited for, however slow the machine is.
const PHASE: Duration = Duration::from_secs(90);
/// Settings with which training lasts long enough to be met in the middle: many small steps, each uses few samples.
const LONG_TRAINING: &[(&str, &str)] = &[
    ("training.batch_size", "4"),
    ("training.new_samples", "500"),
    ("training.max_steps", "3000"),
    ("training.uses_per_sample", "16"),
];
/// Settings with which a match goes on and on.
const LONG_MATCH: &[(&str, &str)] = &[
    ("evaluation.max_games", "4000"),
    ("evaluation.alpha", "0.0000001"),
    ("evaluation.beta", "0.0000001"),
    ("evaluation.elo0", "-1"),
    ("evaluation.elo1", "1"),
    ("evaluation.first_elo1", "1"),
];

fn key() -> ConfigKey {
    "hex8_2p".parse().unwrap()
}

/// Starts a node on a folder of its own.
fn start(more: &[(&str, &str)]) -> (TempDir, RunningNode) {
    let folder = tempfile::tempdir().unwrap();
    let node = start_on(&folder.path().join("data"), more);
    (folder, node)
}

fn start_on(data: &Path, more: &[(&str, &str)]) -> RunningNode {
    let mut command = rr_node();
    tiny_loop(&mut command);
    more.iter().for_each(|(key, value)| {
        set(&mut command, key, value);
    });
    RunningNode::start(&mut command, data)
}

fn expect(node: &mut RunningNode, words: &str) {
    assert!(node.hear(words, PHASE).is_some(), "it never said {words}:\n{}", node.text());
}

/// Sends the signal and asserts a stop in order.
fn stop(node: RunningNode, signal: Signal) -> Ending {
    node.signal(signal);
    let ending = node.end(STOP);
    assert_eq!(ending.code, Some(0), "after {:?}:\n{}", ending.took, ending.text);
    ending
}

fn facts(folder: &TempDir) -> StoreFacts {
    let data = folder.path().join("data");
    assert!(!data.join("node.json").exists(), "the address of a stopped node is left");
    StoreFacts::read(&data, key())
}

/// Stops a node that only plays after ever longer times, until a game was finished; whole games have to fit in between.
fn play_some(folder: &TempDir, signal: Signal) -> StoreFacts {
    for seconds in [1, 2, 4, 8, 16] {
        let mut node = start_on(&folder.path().join("data"), &[("training.min_games", "100000")]);
        expect(&mut node, "the node runs");
        std::thread::sleep(Duration::from_secs(seconds));
        stop(node, signal);
        let facts = facts(folder);
        if !facts.games.is_empty() {
            return facts;
        }
    }
    panic!("no game was stored in a run of 16 seconds");
}

#[test]
fn during_self_play() {
    let _turn = alone();
    for signal in [Signal::Terminate, Signal::Interrupt] {
        let folder = tempfile::tempdir().unwrap();
        let before = play_some(&folder, signal);
        // The next one goes on with the same log of games.
        let mut node = start_on(&folder.path().join("data"), &[]);
        expect(&mut node, "TRAINING_STARTED");
        stop(node, signal);
        let after = StoreFacts::read_after(&folder.path().join("data"), key(), Some(&before));
        assert!(after.games.len() >= before.games.len() && after.games.len() >= 8);
    }
}

#[test]
fn during_training_and_the_run_goes_on_from_its_checkpoint() {
    let _turn = alone();
    for signal in [Signal::Terminate, Signal::Interrupt] {
        let (folder, mut node) = start(LONG_TRAINING);
        expect(&mut node, "TRAINING_STARTED");
        let trainers = node.until(PHASE, |node| Some(node.trainers()).filter(|pids| !pids.is_empty()));
        let trainers = trainers.unwrap_or_else(|| panic!("no training process:\n{}", node.text()));
        std::thread::sleep(Duration::from_millis(1500));
        let ending = stop(node, signal);
        assert!(!ending.text.contains("TRAINING_COMPLETED"), "the run was over before the signal");
        for pid in trainers {
            assert!(!is_alive(pid), "training process {pid} outlived its node");
        }
        facts(&folder);
        let mut node = start_on(&folder.path().join("data"), LONG_TRAINING);
        let line = node.hear("TRAINING_STARTED", PHASE).unwrap_or_else(|| panic!("{}", node.text()));
        let mut words = line.split_whitespace().skip_while(|word| !word.starts_with("step"));
        let from = words.nth(1).and_then(|word| word.parse::<u64>().ok());
        assert!(from.is_some_and(|step| step > 0), "the run began anew: {line}");
        stop(node, signal);
    }
}

#[test]
fn during_evaluation_and_the_match_goes_on() {
    let _turn = alone();
    for signal in [Signal::Terminate, Signal::Interrupt] {
        let (folder, mut node) = start(LONG_MATCH);
        expect(&mut node, "EVALUATION_STARTED");
        std::thread::sleep(Duration::from_millis(1500));
        let ending = stop(node, signal);
        assert!(!ending.text.contains("EVALUATION_COMPLETED"), "the match was over before the signal");
        let before = facts(&folder);
        assert!(!before.matches.is_empty(), "finished games of a match are recorded");
        let mut node = start_on(&folder.path().join("data"), LONG_MATCH);
        expect(&mut node, "the node runs");
        std::thread::sleep(Duration::from_millis(2500));
        stop(node, signal);
        let after = StoreFacts::read_after(&folder.path().join("data"), key(), Some(&before));
        assert!(after.matches.len() > before.matches.len(), "the match did not go on");
        assert_eq!(
            after.games_by_evaluation().len(),
            1,
            "the same match goes on: {:?}",
            after.games_by_evaluation()
        );
    }
}

#[test]
fn two_signals_at_once_are_one_wish_as_timeout_sends_them() {
    let _turn = alone();
    let (_folder, mut node) = start(LONG_TRAINING);
    expect(&mut node, "TRAINING_STARTED");
    node.signal(Signal::Terminate);
    node.signal(Signal::Terminate);
    let ending = node.end(STOP);
    assert_eq!(ending.code, Some(0), "{ending:?}");
}

#[test]
fn a_second_interrupt_ends_it_at_once_without_damage() {
    let _turn = alone();
    let (folder, mut node) = start(LONG_TRAINING);
    expect(&mut node, "TRAINING_STARTED");
    let trainers = node.trainers();
    node.signal(Signal::Interrupt);
    node.hear("stopping", STOP).unwrap();
    std::thread::sleep(Duration::from_millis(150)); // no person is faster, and faster ones are one wish
    node.signal(Signal::Interrupt);
    let ending = node.end(STOP);
    // A node that is done before the second signal comes ended well.
    assert!(matches!(ending.code, Some(130 | 0)), "{ending:?}");
    assert!(ending.took < Duration::from_secs(5), "at once, not after {:?}", ending.took);
    let gone = |pid: &u32| {
        (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            !is_alive(*pid)
        })
    };
    assert!(trainers.iter().all(gone), "a training process outlived its node for ten seconds");
    let before = StoreFacts::read(&folder.path().join("data"), key());
    let mut node = start_on(&folder.path().join("data"), LONG_TRAINING);
    expect(&mut node, "TRAINING_STARTED");
    stop(node, Signal::Terminate);
    StoreFacts::read_after(&folder.path().join("data"), key(), Some(&before));
}

#[test]
fn during_the_start() {
    let _turn = alone();
    for wait in [0, 30, 80, 150, 300] {
        let (folder, node) = start(&[]);
        std::thread::sleep(Duration::from_millis(wait));
        node.signal(Signal::Terminate);
        let ending = node.end(STOP);
        // Before the handler stands the signal ends the process as the system does.
        assert!(matches!(ending.code, Some(0) | None), "{ending:?}");
        // Whatever there is then, the next start takes it from there.
        let mut node = start_on(&folder.path().join("data"), &[]);
        expect(&mut node, "the node runs");
        stop(node, Signal::Terminate);
        facts(&folder);
    }
}
