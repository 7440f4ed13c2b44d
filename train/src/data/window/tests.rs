use std::fs;
use std::path::Path;

use super::*;
use crate::data::{MemoryRecords, RecordFiles, ShardRecords, ShardRef};
use crate::shard::{GameShard, write_shard};
use crate::testing::{game, records};

fn request(key: &str, samples: u64) -> WindowRequest {
    WindowRequest { config: key.parse().unwrap(), samples, validation: 0.0 }
}

fn shard(folder: &Path, name: &str, key: &str, seeds: std::ops::Range<u64>) -> ShardRef {
    let path = folder.join(name);
    let shard = GameShard { config: key.to_owned(), records: records(key, seeds) };
    ShardRef { sha256: write_shard(&path, &shard).unwrap(), path }
}

fn message(source: &dyn RecordSource, key: &str) -> String {
    ReplayData::load(source, &request(key, 1000)).unwrap_err().to_string()
}

#[test]
fn shards_folders_and_memory_give_the_same_window() {
    let folder = tempfile::tempdir().unwrap();
    let shards =
        vec![shard(folder.path(), "0.rrs", "hex8_2p", 0..3), shard(folder.path(), "1.rrs", "hex8_2p", 3..6)];
    let wanted = request("hex8_2p", u64::MAX);
    let from_shards = ReplayData::load(&ShardRecords { shards }, &wanted).unwrap();
    let from_folder = ReplayData::load(&RecordFiles::open(folder.path()).unwrap(), &wanted).unwrap();
    let memory = MemoryRecords { records: records("hex8_2p", 0..6) };
    let from_memory = ReplayData::load(&memory, &wanted).unwrap();
    assert_eq!(from_shards.summary, from_memory.summary);
    assert_eq!(from_shards.fingerprint, from_memory.fingerprint);
    assert_eq!(from_folder.fingerprint, from_memory.fingerprint);
    assert_eq!(from_memory.summary.games, 6);
    let counted: u64 = (0..6).map(|seed| count_samples(&game("hex8_2p", seed))).sum();
    assert_eq!(from_memory.summary.samples, counted);
    assert_eq!(from_memory.training.len() as u64, counted);
}

#[test]
fn the_window_takes_the_newest_games_and_no_more_than_it_needs() {
    let memory = MemoryRecords { records: records("hex8_2p", 0..6) };
    let newest = count_samples(&game("hex8_2p", 5));
    let one = ReplayData::load(&memory, &request("hex8_2p", newest)).unwrap();
    assert_eq!((one.summary.games, one.summary.samples), (1, newest));
    let two = ReplayData::load(&memory, &request("hex8_2p", newest + 1)).unwrap();
    assert_eq!(two.summary.games, 2);
    assert_ne!(one.fingerprint, two.fingerprint);
}

#[test]
fn games_validate_or_train_as_a_whole_and_for_good() {
    let split = |games: u64| {
        let memory = MemoryRecords { records: records("square8_2p", 0..games) };
        let wanted = WindowRequest { validation: 0.4, ..request("square8_2p", u64::MAX) };
        ReplayData::load(&memory, &wanted).unwrap()
    };
    let (some, more) = (split(10), split(20));
    assert!(some.summary.validation_games > 0);
    assert_eq!(some.summary.games + some.summary.validation_games, 10);
    assert_eq!(some.validation.len() as u64, some.summary.validation_samples);
    // The ten games are the oldest of the twenty: what they validate with stays at the end.
    let (few, all) = (some.validation.len(), more.validation.len());
    for back in 1..=few {
        assert_eq!(some.validation.get(few - back).globals, more.validation.get(all - back).globals);
    }
}

#[test]
fn unfinished_games_are_left_out() {
    let mut stopped = game("hex8_2p", 1);
    stopped.result = None;
    let mut list = records("hex8_2p", 2..4);
    list.push(stopped.to_bytes().unwrap());
    let data = ReplayData::load(&MemoryRecords { records: list }, &request("hex8_2p", u64::MAX)).unwrap();
    assert_eq!((data.summary.games, data.summary.skipped), (2, 1));
}

#[test]
fn no_games_and_no_targets_are_named() {
    assert!(message(&MemoryRecords::default(), "hex8_2p").contains("no games to train on in memory"));
    let mut bare = game("hex8_2p", 1);
    bare.searches.clear();
    let memory = MemoryRecords { records: vec![bare.to_bytes().unwrap()] };
    assert!(message(&memory, "hex8_2p").contains("the 1 games in memory hold no position"));
    let folder = tempfile::tempdir().unwrap();
    let error = RecordFiles::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("no games to train on"), "{error}");
    let error = RecordFiles::open(&folder.path().join("none")).unwrap_err().to_string();
    assert!(error.contains("cannot read"), "{error}");
}

#[test]
fn games_of_another_config_are_refused() {
    let memory = MemoryRecords { records: records("square8_2p", 0..1) };
    let text = message(&memory, "hex8_2p");
    assert!(text.contains("holds games of square8_2p, the run trains hex8_2p"), "{text}");
    let folder = tempfile::tempdir().unwrap();
    let shards = vec![shard(folder.path(), "a.rrs", "hex8_3p", 0..1)];
    assert!(message(&ShardRecords { shards }, "hex8_2p").contains("games of hex8_3p"));
}

#[test]
fn damaged_and_impossible_games_are_named() {
    let good = records("hex8_2p", 0..1).remove(0);
    let of = |bytes: Vec<u8>| message(&MemoryRecords { records: vec![bytes] }, "hex8_2p");
    assert!(of(good[..good.len() / 2].to_vec()).contains("game 0 in memory cannot be replayed"));
    assert!(of(b"PGN".to_vec()).contains("not a game record"));
    let mut newer = good.clone();
    newer[4] = 99;
    assert!(of(newer).contains("format version 99"));
    let mut flipped = good;
    let middle = flipped.len() / 2;
    flipped[middle] ^= 4;
    assert!(of(flipped).contains("damaged"));
    let mut cheat = game("hex8_2p", 3);
    cheat.moves.swap(0, 9);
    assert!(of(cheat.to_bytes().unwrap()).contains("cannot be replayed"));
}

#[test]
fn a_shard_that_changed_since_it_was_named_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = shard(folder.path(), "a.rrs", "hex8_2p", 0..1);
    shard(folder.path(), "a.rrs", "hex8_2p", 1..2);
    let text = message(&ShardRecords { shards: vec![first.clone()] }, "hex8_2p");
    assert!(text.contains("the job names"), "{text}");
    fs::remove_file(&first.path).unwrap();
    assert!(message(&ShardRecords { shards: vec![first] }, "hex8_2p").contains("cannot read"));
}
