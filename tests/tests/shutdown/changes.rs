//! What changes between a stop and the next start: the place of the data folder, the size of the network.
use rr_tests::{Signal, StoreFacts, alone};

use super::{LONG_TRAINING, PHASE, expect, key, start, start_on, stop};

/// Returns the step that a line of TRAINING_STARTED names.
fn first_step(line: &str) -> Option<u64> {
    let mut words = line.split_whitespace().skip_while(|word| !word.starts_with("step"));
    words.nth(1).and_then(|word| word.parse().ok())
}

#[test]
fn a_folder_that_was_moved_in_the_middle_of_a_run_goes_on() {
    let _turn = alone();
    let (folder, mut node) = start(LONG_TRAINING);
    expect(&mut node, "TRAINING_STARTED");
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let ending = stop(node, Signal::Terminate);
    assert!(!ending.text.contains("TRAINING_COMPLETED"), "the run was over before the signal");
    let (before, after) = (folder.path().join("data"), folder.path().join("elsewhere"));
    std::fs::rename(before, &after).unwrap();
    let mut node = start_on(&after, LONG_TRAINING);
    let line = node.hear("TRAINING_STARTED", PHASE).unwrap_or_else(|| panic!("{}", node.text()));
    assert!(first_step(&line).is_some_and(|step| step > 0), "the run began anew: {line}");
    let ending = stop(node, Signal::Terminate);
    assert!(!ending.text.contains("TRAINING_FAILED"), "{}", ending.text);
    StoreFacts::read(&after, key());
}

#[test]
fn a_network_of_another_size_learns_from_the_games_that_are_there() {
    let _turn = alone();
    let (folder, mut node) = start(&[]);
    expect(&mut node, "EVALUATION_COMPLETED");
    stop(node, Signal::Terminate);
    let data = folder.path().join("data");
    let before = StoreFacts::read(&data, key());
    let mut node = start_on(&data, &[("net.presets.tiny.channels", "16")]);
    // A run that was ordered before the stop keeps its size; the one after it has the new one.
    expect(&mut node, "begins with random weights");
    expect(&mut node, "TRAINING_COMPLETED");
    expect(&mut node, "EVALUATION_COMPLETED");
    let ending = stop(node, Signal::Terminate);
    assert!(!ending.text.contains("TRAINING_FAILED"), "{}", ending.text);
    let after = StoreFacts::read_after(&data, key(), Some(&before));
    let wide = after.models.iter().filter(|row| row.card_json.contains("\"channels\": 16")).count();
    assert!(wide > 0 && after.models.len() > before.models.len(), "{:?}", after.models);
}
