//! Errors of training.

use std::path::{Path, PathBuf};

use rr_onnx::OnnxError;
use thiserror::Error;

/// Says why training data could not be read or a run could not go on.
#[derive(Debug, Error)]
pub enum TrainError {
    /// A file could not be read or written.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file ends too early.
    #[error("{path} is truncated: {found} bytes of {needed}; copy it again from where it was made")]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes that are there.
        found: u64,
        /// Bytes that are needed at least.
        needed: u64,
    },
    /// A file is something else.
    #[error("{path} is no {expected}; give a file that this program wrote")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it should have been.
        expected: &'static str,
    },
    /// A file has a format that this build does not read.
    #[error(
        "{path} has format {found}, this build reads {known}; use the build that wrote it or make it anew"
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The format found.
        found: u32,
        /// The format that is read.
        known: u32,
    },
    /// A file does not hold what its hash says.
    #[error("{path} is corrupt: {reason}; copy it again from where it was made")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// A game could not be replayed.
    #[error("game {game} in {origin} cannot be replayed: {reason}; remove the game and run again")]
    Game {
        /// Place of the game in its file.
        game: usize,
        /// Where it comes from.
        origin: String,
        /// What went wrong.
        reason: String,
    },
    /// Games of another config.
    #[error("{origin} holds games of {found}, the run trains {expected}; give data of {expected}")]
    WrongConfig {
        /// Where the games come from.
        origin: String,
        /// What was found.
        found: String,
        /// What is trained.
        expected: String,
    },
    /// No games to train on.
    #[error("no games to train on in {origin}; play games first, or name a path that holds some")]
    NoGames {
        /// Where they were looked for.
        origin: String,
    },
    /// Games, but none with a target.
    #[error("the {games} games in {origin} hold no position with a training target; use games of self-play")]
    NoSamples {
        /// Where they come from.
        origin: String,
        /// How many there are.
        games: usize,
    },
    /// A job file that cannot be carried out.
    #[error("the training job is wrong: {0}; correct the job file")]
    Job(String),
    /// A number format that no device at hand computes in.
    #[error(
        "training.precision = \"f16\" needs a GPU: {0}; set training.precision = \"f32\", or name cuda in devices.providers"
    )]
    Precision(String),
    /// A run that went bad again and again.
    #[error(
        "training diverged {times} times, the last time at step {step}: {reason}; lower the learning rate or check the data"
    )]
    Diverged {
        /// Rollbacks made.
        times: u32,
        /// Where it went bad the last time.
        step: u64,
        /// What was seen.
        reason: String,
    },
    /// A checkpoint of another run.
    #[error(
        "the checkpoint {path} belongs to another run: {reason}; remove it or give another output folder"
    )]
    ForeignCheckpoint {
        /// The file.
        path: PathBuf,
        /// What differs.
        reason: String,
    },
    /// The loader's thread ended.
    #[error("the loader stopped before the run ended; see the error before this one")]
    LoaderStopped,
    /// The network could not be built or run.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
}

impl TrainError {
    /// Says whether the same job could end better when it is tried again.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Io { .. } | Self::LoaderStopped => true,
            Self::Onnx(error) => matches!(error, OnnxError::Session { .. } | OnnxError::File { .. }),
            _ => false,
        }
    }

    /// Wraps what the system said about a file.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }

    /// Says that a file is corrupt.
    pub(crate) fn corrupt(path: &Path, reason: impl ToString) -> Self {
        Self::Corrupt { path: path.to_owned(), reason: reason.to_string() }
    }
}
