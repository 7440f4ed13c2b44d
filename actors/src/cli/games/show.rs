//! `rr-admin games show`.

use std::path::{Path, PathBuf};

use clap::Args;
use rr_engine::board::GameConfig;
use rr_engine::record::GameRecord;
use rr_engine::rules::{Position, Rules};
use rr_engine::trace::TraceGame;
use rr_engine::with_board_width;
use rr_proto::GameId;
use rr_proto::admin::GetGameRequest;

use super::board_drawing::draw;
use super::files::{self, GameFile, unreadable};
use crate::cli::admin::AdminFlags;
use crate::cli::output::{out, outln};
use crate::cli::store::StoreSource;
use crate::cli::{Exit, Failure};
use crate::rpc::find_game;

/// Options of `rr-admin games show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// File with games (a trace, a record or a shard of this project), or the hash of a game that a node has stored
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

/// Draws a position of a game.
///
/// # Errors
/// A file that cannot be read, a game or ply that it does not hold.
pub fn run(args: &ShowArgs, flags: &AdminFlags) -> Result<Exit, Failure> {
    if let Some(id) = stored_game(&args.file) {
        return show_record(args, &read_stored(id, flags)?);
    }
    let at = args.game.checked_sub(1).ok_or_else(|| Failure::new(Exit::Usage, "games count from 1"))?;
    let missing = || Failure::new(Exit::Usage, format!("{} has no game {}", args.file.display(), args.game));
    match files::open(&args.file)? {
        GameFile::Trace(mut games) => show_trace(args, &games.nth(at).ok_or_else(missing)??),
        GameFile::Records(records) => show_record(args, records.get(at).ok_or_else(missing)?),
    }
}

/// Takes what is named for a stored game where it is a hash and no file.
fn stored_game(file: &Path) -> Option<GameId> {
    let id = file.to_str()?.to_ascii_lowercase().parse().ok()?;
    (!file.exists()).then_some(id)
}

fn read_stored(id: GameId, flags: &AdminFlags) -> Result<GameRecord, Failure> {
    let request = GetGameRequest { id: id.to_string(), without_record: false };
    let asked = request.clone();
    let answer = StoreSource::open(flags)?.read(
        |node| async move { node.admin().get_game(node.request(asked)).await },
        |snapshot| find_game(snapshot, &request),
    )?;
    GameRecord::from_bytes(&answer.record)
        .map_err(|error| Failure::new(Exit::Data, format!("game {id}: {error}")))
}

fn show_trace(args: &ShowArgs, game: &TraceGame) -> Result<Exit, Failure> {
    let config = game.header.config().map_err(|e| unreadable(&args.file, e))?;
    let moves: Vec<String> = game.plies.iter().map(|p| p.m.text()).collect();
    let rules = game.header.rules();
    with_board_width!(config.board, W => show::<W>(args, config, rules, moves.len(), |position, i| {
        position.parse_move(&moves[i])
    }))
}

fn show_record(args: &ShowArgs, record: &GameRecord) -> Result<Exit, Failure> {
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
) -> Result<Exit, Failure> {
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
    outln!("{}  ply {ply} of {plies}  last move {last}", config.key());
    out!("{}", draw(&position));
    if args.text {
        out!("{}", position.to_text());
    }
    Ok(Exit::Done)
}
