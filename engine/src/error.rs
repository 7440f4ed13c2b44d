//! The error types of the crate.

use std::io;

use thiserror::Error;

/// Says why the engine refused an input.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EngineError {
    /// A board name that is not one of the four.
    #[error("unknown board `{0}`: use one of square8, square19, hex8, hexagonal")]
    UnknownBoard(String),
    /// A player count outside 2 to 4.
    #[error("{0} players: RingRift is played by 2, 3 or 4")]
    PlayerCount(u64),
    /// A config key that does not read `<board>_<players>p`.
    #[error("unknown config `{0}`: write it as <board>_<players>p, for example hex8_2p")]
    UnknownConfig(String),
    /// A position type too narrow or too wide for the board it was asked to hold.
    #[error(
        "board {board} needs {needed} words per cell set, but {given} were given: dispatch with `with_board_width!`"
    )]
    Width {
        /// Name of the board.
        board: &'static str,
        /// Words the board needs.
        needed: usize,
        /// Words of the type in use.
        given: usize,
    },
    /// A rules parameter that no game can be played with.
    #[error("rules parameter `{name}` is {value}: {need}")]
    Rules {
        /// Name of the parameter.
        name: &'static str,
        /// The value given.
        value: u64,
        /// What it must be.
        need: &'static str,
    },
    /// A position text that cannot be read.
    #[error("position text, line {line}: {cause}")]
    Notation {
        /// Line number, from 1.
        line: usize,
        /// What is wrong there.
        cause: String,
    },
    /// A move string that cannot be read.
    #[error("move `{text}`: {cause}")]
    MoveText {
        /// The string as given.
        text: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A readable move that is not legal in the position.
    #[error("move `{0}` is not legal in this position: list the legal moves to see what is")]
    IllegalMove(String),
}

/// Says why a trace file cannot be read.
#[derive(Debug, Error)]
pub enum TraceError {
    /// The file system or the decompressor gave up.
    #[error("cannot be read (line {line}): {source}: check the path, its permissions and the disk")]
    Read {
        /// Line being read, from 1; 0 before the first.
        line: usize,
        /// What failed.
        source: io::Error,
    },
    /// The file ends inside a game.
    #[error("the file ends at line {line} inside a game: copy it again from its source")]
    Truncated {
        /// Last line, from 1.
        line: usize,
    },
    /// A line that does not follow the format.
    #[error("line {line} is damaged: {cause}: copy the file again from its source")]
    Corrupt {
        /// Line number, from 1.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// The file is something else.
    #[error("this is no trace of games (line {line}: {cause}): give a .jsonl or .jsonl.gz trace file")]
    Foreign {
        /// Line number, from 1.
        line: usize,
        /// What was found.
        cause: String,
    },
    /// A format version that is not known.
    #[error(
        "line {line}: trace format version {version}; this build reads version 1: use a build that knows it"
    )]
    Version {
        /// Line number, from 1.
        line: usize,
        /// The version found.
        version: u64,
    },
}

impl TraceError {
    /// Tells apart a file cut short, a damaged one and a failing disk.
    pub(crate) fn read(line: usize, source: io::Error) -> TraceError {
        match source.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput if line <= 1 => {
                TraceError::Foreign { line, cause: source.to_string() }
            }
            io::ErrorKind::UnexpectedEof => TraceError::Truncated { line },
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                TraceError::Corrupt { line, cause: source.to_string() }
            }
            _ => TraceError::Read { line, source },
        }
    }
}
