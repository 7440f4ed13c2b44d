//! `rr-admin games`: verify, count and show games.

mod board_drawing;
mod files;
mod list;
mod perft;
mod show;
mod verify;

use clap::Subcommand;

use super::admin::AdminFlags;
use super::{Exit, Failure};

pub use board_drawing::draw;
pub use list::ListGamesArgs;
pub use perft::PerftArgs;
pub use show::ShowArgs;
pub use verify::VerifyArgs;

/// Commands about games.
#[derive(Debug, Subcommand)]
pub enum GamesCommand {
    /// List the games that a node has stored, the newest first
    List(ListGamesArgs),
    /// Replay recorded games ply by ply and report the first divergence
    ///
    /// Reads traces of the reference engine (.jsonl, .jsonl.gz) and this project's own records (text or binary).
    /// Exit code 0: all equal; 1: a divergence; 2: a file that cannot be read.
    Verify(VerifyArgs),
    /// Count legal move sequences of exactly the given depth
    Perft(PerftArgs),
    /// Draw a position of a game as text: of a file, or of one that a node has stored
    Show(ShowArgs),
}

impl GamesCommand {
    /// Runs the command.
    ///
    /// # Errors
    /// A file that cannot be read, a board or player count that does not exist.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let format = flags.format();
        match self {
            GamesCommand::List(args) => args.run(flags),
            GamesCommand::Verify(args) => verify::run(args, format),
            GamesCommand::Perft(args) => perft::run(args, format),
            GamesCommand::Show(args) => show::run(args, flags),
        }
    }
}
