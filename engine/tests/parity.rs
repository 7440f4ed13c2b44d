//! Replays recorded games of the reference engine: the compact set in `tests/golden` always, everything in
//! `../shared/traces` where that folder is there.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use rr_engine::board::GameConfig;
use rr_engine::trace::{TraceReport, open_text, open_trace, verify_perft, verify_trace};

/// Deeper counts are left to the optimised build.
const MOST_SEQUENCES: u64 = if cfg!(debug_assertions) { 200_000 } else { u64::MAX };

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the config a trace file is named after; other files lie in the same folders.
fn config_of(file: &Path) -> Option<GameConfig> {
    file.file_name()?.to_str()?.strip_suffix(".jsonl.gz")?.parse().ok()
}

fn trace_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> =
        entries.filter_map(|e| e.ok().map(|e| e.path())).filter(|p| config_of(p).is_some()).collect();
    files.sort();
    files
}

fn replay(folder: &Path) -> TraceReport {
    let mut total = TraceReport::default();
    for file in trace_files(folder) {
        let report = verify_trace(open_trace(&file).unwrap()).unwrap();
        println!(
            "{}: {} games, {} plies, {} divergences",
            file.display(),
            report.games,
            report.plies,
            report.divergences
        );
        if let Some(first) = &report.first {
            println!("{first:#?}");
        }
        total.merge(report);
    }
    println!("{} games, {} plies, {} divergences", total.games, total.plies, total.divergences);
    total
}

fn recount(file: &Path) {
    let report = verify_perft(open_text(file).unwrap(), MOST_SEQUENCES).unwrap();
    println!("{} perft lines, {} matched, {} sequences", report.lines, report.matched, report.nodes);
    assert_eq!(report.differences, Vec::<String>::new());
    assert_eq!(report.lines, report.matched);
}

#[test]
fn golden_games_replay_exactly() {
    let total = replay(&root().join("tests/golden"));
    assert!(total.is_clean());
    assert_eq!(total.games, 39, "the golden set is not whole");
}

#[test]
fn golden_perft_counts_match() {
    recount(&root().join("tests/golden/perft.jsonl.gz"));
}

#[test]
fn shared_games_replay_exactly() {
    for folder in ["dev", "dev_full"] {
        let folder = root().join("../shared/traces").join(folder);
        assert!(replay(&folder).is_clean());
    }
}

#[test]
fn shared_perft_counts_match() {
    let file = root().join("../shared/traces/perft.jsonl.gz");
    if File::open(&file).map(BufReader::new).is_ok() {
        recount(&file);
    }
}
