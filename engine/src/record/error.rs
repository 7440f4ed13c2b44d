//! Why a stored game was refused.

use thiserror::Error;

use crate::EngineError;

/// Says why a game record cannot be read or replayed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// Bytes that do not begin like a game record.
    #[error(
        "not a game record: it must begin with `RRGM` (binary) or `[RingRift` (text); check which file this is"
    )]
    Foreign,
    /// A record written by another version of the format.
    #[error(
        "game record of format version {found}, this build reads version {supported}: use the build that wrote it, or convert the file there"
    )]
    Version {
        /// Version in the file.
        found: u32,
        /// Version that this build reads.
        supported: u32,
    },
    /// Fewer bytes than the header announces.
    #[error("game record cut short: {expected} bytes announced, {found} there; fetch the file again")]
    Truncated {
        /// Bytes that the record needs.
        expected: u64,
        /// Bytes that there are.
        found: u64,
    },
    /// More bytes than the header announces.
    #[error(
        "{0} bytes follow the end of the game record: the file is damaged or holds something else as well"
    )]
    Trailing(u64),
    /// A checksum that does not fit the bytes.
    #[error("game record damaged: its checksum does not fit; fetch the file again")]
    Checksum,
    /// Bytes with a good checksum that hold no record.
    #[error("game record unreadable: {0}")]
    Payload(String),
    /// A text record that cannot be read.
    #[error("text record, line {line}: {cause}")]
    Text {
        /// Line number, from 1.
        line: usize,
        /// What is wrong there.
        cause: String,
    },
    /// A record whose moves do not follow the rules.
    #[error("game record does not replay, ply {ply}: {cause}")]
    Replay {
        /// Moves played before.
        ply: usize,
        /// What is wrong there.
        cause: String,
    },
    /// A config, rule or width that the engine refuses.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
