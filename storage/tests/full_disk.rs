//! A disk that is full, as a process meets it: a limit on the size of files, under which every write ends in `EFBIG`.
//!
//! The tests start this binary again under `ulimit -f`; the signal is ignored, as `nohup` and service managers do.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{env, path::Path, process::Command};

use rr_storage::{
    BlobId, BlobStore, DataDir, DataLayout, ErrorCode, GameOrigin, GameParity, LockHolder, NewGame, Plies,
    Samples, Store, StoreOptions, UnixMillis,
};

const OPTIONS: StoreOptions = StoreOptions { cache_bytes: 1 << 20, check_on_open: true, dedup_window: 10 };
const FOLDER: &str = "RR_TEST_FULL_DISK";

fn game(number: u64) -> NewGame {
    // Incompressible, so that the file really grows.
    let noise = (0..500u64)
        .flat_map(|at| BlobId::derive(&[&number.to_le_bytes(), &at.to_le_bytes()]).as_bytes().to_vec());
    NewGame {
        config: "hex8_2p".parse().unwrap(),
        plies: Plies(1),
        samples: Samples(1),
        source: GameOrigin::SelfPlay,
        models: Vec::new(),
        parity: GameParity::Passed,
        finished_at: UnixMillis(0),
        record: noise.collect(),
    }
}

/// Runs one test of this binary again, with files of at most `kib`.
fn run_limited(test: &str, folder: &Path, kib: u32) {
    let script =
        format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" --exact {test} --ignored --nocapture", kib * 2);
    let output = Command::new("sh")
        .args(["-c", &script])
        .arg(env::current_exe().unwrap())
        .env(FOLDER, folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "{text}");
}

fn folder() -> std::path::PathBuf {
    env::var_os(FOLDER).expect("started by the test above").into()
}

#[test]
fn a_store_on_a_full_disk_says_so_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    Store::open(&path, OPTIONS).unwrap().write(|write| write.append_games(&[game(0)])).unwrap();
    run_limited("child_fills_the_store", folder.path(), 1024);
    let store = Store::open(&path, OPTIONS).unwrap();
    assert_eq!(store.read().unwrap().game_record(game(0).id()).unwrap().unwrap(), game(0).record);
    store.write(|write| write.append_games(&[game(1_000_000)])).unwrap();
}

#[test]
#[ignore = "started by a_store_on_a_full_disk_says_so_and_loses_nothing"]
fn child_fills_the_store() {
    let store = Store::open(&folder().join("store.redb"), OPTIONS).unwrap();
    let error = (1..1000)
        .find_map(|number| store.write(|write| write.append_games(&[game(number)])).err())
        .expect("the file may not grow for ever");
    assert_eq!(error.code(), ErrorCode::DiskFull, "{error}");
}

#[test]
fn a_blob_on_a_full_disk_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    run_limited("child_puts_a_blob_that_is_too_big", folder.path(), 64);
}

#[test]
#[ignore = "started by a_blob_on_a_full_disk_leaves_nothing_behind"]
fn child_puts_a_blob_that_is_too_big() {
    let layout = DataLayout::new(folder());
    let blobs = BlobStore::open(&layout).unwrap();
    let error = blobs.put(&vec![7; 1 << 20]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::DiskFull, "{error}");
    assert!(blobs.list().unwrap().is_empty());
    assert_eq!(std::fs::read_dir(layout.temporary()).unwrap().count(), 0);
    blobs.put(b"a small one still fits").unwrap();
}

/// A process that is killed leaves no lock, and what it committed.
#[test]
fn a_killed_owner_frees_the_folder_and_keeps_what_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child_appends_for_ever", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let acknowledged = read_acknowledged(&mut child, 5 + round);
        child.kill().unwrap();
        child.wait().unwrap();
        let dir = DataDir::open_read_only(folder.path()).unwrap();
        let store = Store::open_read_only(&dir.layout().database(), OPTIONS).unwrap();
        let totals = store.read().unwrap().game_totals("hex8_2p".parse().unwrap()).unwrap();
        assert!(totals.games.get() >= acknowledged, "{} of {acknowledged}", totals.games.get());
    }
}

/// Reads the child's reports until it acknowledged a few games more.
fn read_acknowledged(child: &mut std::process::Child, lines: usize) -> u64 {
    use std::io::{BufRead, BufReader};
    let reader = BufReader::new(child.stdout.take().unwrap());
    let reports =
        reader.lines().map_while(Result::ok).filter_map(|line| line.strip_prefix("stored ")?.parse().ok());
    reports.take(lines).last().expect("the child stores games")
}

#[test]
#[ignore = "started by a_killed_owner_frees_the_folder_and_keeps_what_it_acknowledged"]
fn child_appends_for_ever() {
    let holder = LockHolder::this_process("child".parse().unwrap());
    let dir = DataDir::open(&folder(), &holder).unwrap();
    let store = Store::open(&dir.layout().database(), OPTIONS).unwrap();
    let first = store.read().unwrap().game_totals("hex8_2p".parse().unwrap()).unwrap().games.get();
    // The first line ends the one that the test harness began.
    println!();
    for number in first.. {
        store.write(|write| write.append_games(&[game(number)])).unwrap();
        println!("stored {}", number + 1);
    }
}
