//! `rr-admin games verify`.

use std::path::PathBuf;

use clap::Args;
use rr_engine::record::{GameRecord, GameResult, Replay};
use rr_engine::trace::{Divergence, TraceReport, verify_game};
use rr_engine::with_board_width;
use serde::Serialize;

use super::files::{self, GameFile};
use crate::cli::output::outln;
use crate::cli::{Exit, Failure, OutputFormat};

/// Options of `rr-admin games verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Files or folders of games
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Print JSON (the same as --output json)
    #[arg(long)]
    pub json: bool,
}

/// What one run of the command found.
#[derive(Debug, Default, Serialize)]
struct VerifySummary {
    files: usize,
    games: u64,
    plies: u64,
    divergences: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Divergence>,
    /// The first of our own records whose replay failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_record: Option<String>,
    unreadable: Vec<String>,
}

impl VerifySummary {
    fn add(&mut self, file: &str, report: TraceReport) {
        self.games += report.games;
        self.plies += report.plies;
        self.divergences += report.divergences;
        if self.first.is_none() && report.first.is_some() {
            self.first_file = Some(file.to_owned());
            self.first = report.first;
        }
    }

    fn add_record(&mut self, file: &str, record: &GameRecord) {
        self.games += 1;
        match with_board_width!(record.config.board, W => replay::<W>(record)) {
            Ok(plies) => self.plies += plies,
            Err(cause) => {
                self.divergences += 1;
                self.first_record.get_or_insert_with(|| format!("{file}: {cause}"));
            }
        }
    }
}

/// Replays everything that the paths name.
///
/// # Errors
/// None for a divergence or an unreadable file: those are the answer, and the exit code tells them apart.
pub fn run(args: &VerifyArgs, format: OutputFormat) -> Result<Exit, Failure> {
    let mut summary = VerifySummary::default();
    for path in files::expand(&args.paths)? {
        let name = path.display().to_string();
        summary.files += 1;
        match files::open(&path) {
            Ok(GameFile::Trace(games)) => {
                let mut number = 0;
                for game in games {
                    number += 1;
                    match game {
                        Ok(game) => {
                            let mut report = verify_game(&game);
                            if let Some(first) = &mut report.first {
                                first.game = number;
                            }
                            summary.add(&name, report);
                        }
                        Err(failure) => {
                            summary.unreadable.push(failure.message);
                            break;
                        }
                    }
                }
            }
            Ok(GameFile::Records(records)) => {
                records.iter().for_each(|record| summary.add_record(&name, record));
            }
            Err(failure) => summary.unreadable.push(failure.message),
        }
    }
    print(&summary, format.or_json(args.json))?;
    Ok(match (summary.unreadable.is_empty(), summary.divergences) {
        (false, _) => Exit::Unreadable,
        (true, 0) => Exit::Done,
        (true, _) => Exit::Negative,
    })
}

/// Replays one of our own records against the rules and compares the end; returns the plies.
fn replay<const W: usize>(record: &GameRecord) -> Result<u64, String> {
    let mut replay = Replay::<W>::new(record).map_err(|e| e.to_string())?;
    for decision in replay.by_ref() {
        decision.map_err(|e| e.to_string())?;
    }
    let found = GameResult::of(replay.position());
    if found != record.result {
        return Err(format!("the record ends with {:?}, the replay with {found:?}", record.result));
    }
    Ok(replay.ply() as u64)
}

fn print(summary: &VerifySummary, format: OutputFormat) -> Result<(), Failure> {
    if format.print_document(summary)? {
        return Ok(());
    }
    outln!(
        "{} files, {} games, {} plies, {} divergences",
        summary.files,
        summary.games,
        summary.plies,
        summary.divergences
    );
    if let (Some(file), Some(first)) = (&summary.first_file, &summary.first) {
        print_divergence(file, first);
    }
    if let Some(text) = &summary.first_record {
        outln!("first divergence of a record: {text}");
    }
    for text in &summary.unreadable {
        eprintln!("rr-admin: cannot read {text}");
    }
    Ok(())
}

fn print_divergence(file: &str, first: &Divergence) {
    outln!(
        "first divergence: {file}, game {} (line {}, seed {}), ply {}, {:?}",
        first.game,
        first.line,
        first.seed,
        first.ply,
        first.kind
    );
    outln!("  recorded: {}\n  found:    {}", first.recorded, first.found);
    outln!("  recorded move: {}", first.recorded_move);
    match &first.recorded_moves {
        Some(moves) => outln!("recorded moves ({}):\n  {}", moves.len(), moves.join("\n  ")),
        None => outln!("recorded moves: only their digest is in the trace"),
    }
    outln!("found moves ({}):\n  {}", first.found_moves.len(), first.found_moves.join("\n  "));
    match &first.recorded_state {
        Some(text) => outln!("recorded state:\n{text}"),
        None => outln!("recorded state: only its digest is in the trace"),
    }
    outln!("found state:\n{}", first.found_state);
}
