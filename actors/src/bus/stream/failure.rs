//! Why a stream could not begin, or ended.

use std::time::Duration;

use rr_proto::ErrorCode;
use thiserror::Error;

use crate::error::{BusFailure, StoreFailure};

/// Says why a stream of events could not begin, or why it ended.
#[derive(Debug, Error)]
pub enum StreamFailure {
    /// The events at the cursor are not kept any more.
    #[error(
        "events before {oldest} are no longer kept and {asked} was asked for: start at {oldest}, or with the oldest"
    )]
    TooOld {
        /// The cursor that was asked for.
        asked: u64,
        /// The oldest event that is kept.
        oldest: u64,
    },
    /// The cursor lies behind the newest event: it is of another node, or of another data folder.
    #[error("the next event will be {next} and {asked} was asked for: is the cursor of another node?")]
    Ahead {
        /// The cursor that was asked for.
        asked: u64,
        /// The place of the next event.
        next: u64,
    },
    /// The reader took nothing for too long.
    #[error("the reader took nothing for {waited:?} and was cut off: go on from {cursor}")]
    TooSlow {
        /// Where to go on.
        cursor: u64,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The outbox could not be read when the stream was to begin.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// The bus could not be reached when the stream was to begin.
    #[error(transparent)]
    Bus(#[from] BusFailure),
}

impl StreamFailure {
    /// Returns the code for RPC statuses.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::TooOld { .. } | Self::Ahead { .. } => ErrorCode::NotFound,
            Self::TooSlow { .. } => ErrorCode::TimedOut,
            Self::Store(_) | Self::Bus(_) => ErrorCode::Unavailable,
        }
    }
}
