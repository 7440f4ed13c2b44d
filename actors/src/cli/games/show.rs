//! `rr-admin games show`.

use std::path::PathBuf;

use clap::Args;
use rr_engine::board::GameConfig;
use rr_engine::record::GameRecord;
use rr_engine::rules::{Position, Rules};
use rr_engine::trace::TraceGame;
use rr_engine::with_board_width;
use serde::Serialize;

use super::board_drawing::draw;
use super::files::{self, GameFile, unreadable};
use crate::cli::{Exit, Failure, OutputFormat};

/// Options of `rr-admin games show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// File with games: a trace, a record or a shard of games of this project
    pub file: PathBuf,
    /// Draw the position after this many plies (default: the last one)
    #[arg(long)]
    pub ply: Option<usize>,
    /// Number of the game in its file, from 1
    #[arg(long, default_value_t = 1)]
    pub game: usize,
    /// Also print the position as text notation
    #[arg(long)]
    pub text: bool,
}

/// What is shown.
#[derive(Debug, Serialize)]
struct ShownPosition {
    config: String,
    ply: usize,
    plies: usize,
    last_move: String,
    drawing: String,
    position: String,
}

impl ShownPosition {
    fn text(&self, with_notation: bool) -> String {
        let Self { config, ply, plies, last_move, drawing, position } = self;
        let notation = if with_notation { position } else { "" };
        format!("{config}  ply {ply} of {plies}  last move {last_move}\n{drawing}{notation}")
    }
}

/// Draws a position of a game.
///
/// # Errors
/// A file that cannot be read, a game or ply that it does not hold.
pub fn run(args: &ShowArgs, format: OutputFormat) -> Result<Exit, Failure> {
    let at = args.game.checked_sub(1).ok_or_else(|| Failure::new(Exit::Usage, "games count from 1"))?;
    let missing = || Failure::new(Exit::Usage, format!("{} has no game {}", args.file.display(), args.game));
    let shown = match files::open(&args.file)? {
        GameFile::Trace(mut games) => trace_position(args, &games.nth(at).ok_or_else(missing)??),
        GameFile::Records(records) => record_position(args, records.get(at).ok_or_else(missing)?),
    }?;
    format.print(&shown, || shown.text(args.text))?;
    Ok(Exit::Done)
}

fn trace_position(args: &ShowArgs, game: &TraceGame) -> Result<ShownPosition, Failure> {
    let config = game.header.config().map_err(|e| unreadable(&args.file, e))?;
    let moves: Vec<String> = game.plies.iter().map(|p| p.m.text()).collect();
    let rules = game.header.rules();
    with_board_width!(config.board, W => show::<W>(args, config, rules, moves.len(), |position, i| {
        position.parse_move(&moves[i])
    }))
}

fn record_position(args: &ShowArgs, record: &GameRecord) -> Result<ShownPosition, Failure> {
    with_board_width!(record.config.board, W => {
        show::<W>(args, record.config, record.rules, record.moves.len(), |_, i| Ok(record.moves[i]))
    })
}

fn show<const W: usize>(
    args: &ShowArgs,
    config: GameConfig,
    rules: Rules,
    plies: usize,
    next: impl Fn(&Position<W>, usize) -> Result<rr_engine::rules::Move, rr_engine::EngineError>,
) -> Result<ShownPosition, Failure> {
    let ply = args.ply.unwrap_or(plies);
    if ply > plies {
        let message = format!("the game has {plies} plies: --ply takes 0 to {plies}");
        return Err(Failure::new(Exit::Usage, message));
    }
    let mut position = Position::<W>::new(config, rules).map_err(|e| unreadable(&args.file, e))?;
    let mut last = String::from("none");
    let mut legal = rr_engine::rules::MoveList::new();
    for i in 0..ply {
        let mv = next(&position, i).map_err(|e| unreadable(&args.file, format!("ply {i}: {e}")))?;
        position.legal_moves(&mut legal);
        if !legal.contains(&mv) {
            return Err(unreadable(&args.file, format!("ply {i}: the recorded move is not legal")));
        }
        last = position.move_text(mv);
        position.apply(mv);
    }
    let (drawing, position) = (draw(&position), position.to_text());
    Ok(ShownPosition { config: config.key(), ply, plies, last_move: last, drawing, position })
}
