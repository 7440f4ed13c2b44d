//! `rr-admin bench playout`: random games on one thread, in CPU seconds.

use crate::cli::output::outln;
use std::fs;
use std::time::{Duration, Instant};

use clap::Args;
use rr_engine::board::{BoardKind, GameConfig};
use rr_engine::playout::playout;
use serde::Serialize;

use super::{Exit, Failure, OutputFormat};

/// Options of `rr-admin bench playout`.
#[derive(Debug, Args)]
pub struct PlayoutArgs {
    /// Board: square8, square19, hex8 or hexagonal
    #[arg(long)]
    pub board: BoardKind,
    /// Number of players: 2, 3 or 4
    #[arg(long)]
    pub players: u8,
    /// Seconds of wall time to play for
    #[arg(long, default_value_t = 5.0)]
    pub seconds: f64,
    /// Seed of the random moves
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print JSON (the same as --output json)
    #[arg(long)]
    pub json: bool,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct PlayoutMeasurement {
    config: String,
    games: u64,
    plies: u64,
    legal_moves: u64,
    cpu_seconds: f64,
    wall_seconds: f64,
    plies_per_cpu_second: f64,
}

/// Plays, measures and prints.
///
/// # Errors
/// A player count that is not 2 to 4, or a time that is not positive.
pub fn run(args: &PlayoutArgs, format: OutputFormat) -> Result<Exit, Failure> {
    let config = GameConfig::new(args.board, args.players).map_err(|e| Failure::new(Exit::Usage, e))?;
    if !(args.seconds > 0.0 && args.seconds <= 86_400.0) {
        return Err(Failure::new(Exit::Usage, "--seconds must lie between 0 and 86400: try --seconds 5"));
    }
    let (limit, start, cpu) = (Duration::from_secs_f64(args.seconds), Instant::now(), thread_cpu_seconds());
    let report =
        playout(config, args.seed, |_| start.elapsed() < limit).map_err(|e| Failure::new(Exit::Usage, e))?;
    let wall_seconds = start.elapsed().as_secs_f64();
    let cpu_seconds = match (cpu, thread_cpu_seconds()) {
        (Some(before), Some(after)) => after - before,
        _ => wall_seconds,
    };
    let measured = PlayoutMeasurement {
        config: config.key(),
        games: report.games,
        plies: report.plies,
        legal_moves: report.moves,
        cpu_seconds,
        wall_seconds,
        plies_per_cpu_second: report.plies as f64 / cpu_seconds.max(1e-9),
    };
    if !format.or_json(args.json).print_document(&measured)? {
        outln!(
            "{}: {} plies in {:.2} CPU seconds ({:.2} s wall), {:.0} plies per CPU second, {} games, {:.1} legal moves a ply",
            measured.config,
            measured.plies,
            measured.cpu_seconds,
            measured.wall_seconds,
            measured.plies_per_cpu_second,
            measured.games,
            measured.legal_moves as f64 / measured.plies.max(1) as f64,
        );
    }
    Ok(Exit::Done)
}

/// Reads how long this thread has run on a processor; `None` where the system does not tell.
fn thread_cpu_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds as f64 / 1e9)
}
