//! `rr-admin games perft`.

use std::fs;

use clap::Args;
use rr_engine::board::{BoardKind, GameConfig};
use rr_engine::notation::config_of_text;
use rr_engine::rules::{Position, perft};
use rr_engine::with_board_width;

use crate::cli::output::outln;
use crate::cli::{Exit, Failure, OutputFormat};

/// Options of `rr-admin games perft`.
#[derive(Debug, Args)]
pub struct PerftArgs {
    /// Board: square8, square19, hex8 or hexagonal
    #[arg(long)]
    pub board: BoardKind,
    /// Number of players: 2, 3 or 4
    #[arg(long)]
    pub players: u8,
    /// Plies to count: every depth from 1 to this one is printed
    #[arg(long)]
    pub depth: u32,
    /// Position to start from: its text, or @FILE to read it from a file (default: the initial position)
    #[arg(long, value_name = "TEXT|@FILE")]
    pub position: Option<String>,
    /// Print JSON (the same as --output json)
    #[arg(long)]
    pub json: bool,
}

/// Counts and prints.
///
/// # Errors
/// A config that does not exist, or a position text that cannot be read or is of another config.
pub fn run(args: &PerftArgs, format: OutputFormat) -> Result<Exit, Failure> {
    let config = GameConfig::new(args.board, args.players).map_err(|e| Failure::new(Exit::Usage, e))?;
    let text = args.position.as_deref().map(position_text).transpose()?;
    if let Some(text) = &text {
        let found = config_of_text(text).map_err(|e| Failure::new(Exit::Data, e))?;
        if found != config {
            let message =
                format!("the position is of {}, but --board and --players say {}", found.key(), config.key());
            return Err(Failure::new(Exit::Usage, message));
        }
    }
    let counts = with_board_width!(config.board, W => counts::<W>(config, text.as_deref(), args.depth))?;
    let document = serde_json::json!({ "config": config.key(), "counts": counts });
    if !format.or_json(args.json).print_document(&document)? {
        for (i, count) in counts.iter().enumerate() {
            outln!("{:>3}  {count}", i + 1);
        }
    }
    Ok(Exit::Done)
}

fn counts<const W: usize>(config: GameConfig, text: Option<&str>, depth: u32) -> Result<Vec<u64>, Failure> {
    let position = match text {
        Some(text) => Position::<W>::from_text(text).map_err(|e| Failure::new(Exit::Data, e))?,
        None => Position::<W>::initial(config).map_err(|e| Failure::new(Exit::Usage, e))?,
    };
    Ok((1..=depth).map(|d| perft(&position, d)).collect())
}

/// Takes the text as given, with `\n` written out allowed, or reads it from a file.
fn position_text(argument: &str) -> Result<String, Failure> {
    match argument.strip_prefix('@') {
        Some(path) => {
            fs::read_to_string(path).map_err(|e| Failure::new(Exit::Unreadable, format!("{path}: {e}")))
        }
        None => Ok(argument.replace("\\n", "\n")),
    }
}
