//! Why a worker that plays games stopped.

use rr_engine::EngineError;
use rr_engine::record::RecordError;
use rr_engine::search::SearchError;
use rr_proto::{ErrorCode, IdError};
use rr_storage::StorageError;

use crate::error::{BusFailure, DeviceFailure, StoreFailure};

/// Says why a worker that plays games stopped.
#[derive(Debug, thiserror::Error)]
pub enum WorkerFailure {
    /// The device did not answer, or refused a model.
    #[error(transparent)]
    Device(#[from] DeviceFailure),
    /// The search refused what the network said, or a player could not choose.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The config or its rules can't be played.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A game does not follow the rules, or can't be encoded.
    #[error("a finished game is not sound: {0}; this is a defect, please report it with the log")]
    Record(#[from] RecordError),
    /// Games or results could not be stored.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// An event could not be staged.
    #[error(transparent)]
    Bus(#[from] BusFailure),
    /// The config has no key.
    #[error(transparent)]
    Config(#[from] IdError),
    /// A thread could not be started.
    #[error(
        "a thread could not be started: {0}; lower the number of threads or raise the limit of the system"
    )]
    Thread(#[from] std::io::Error),
    /// A thread panicked.
    #[error(
        "the thread `{thread}` panicked: {cause}; the worker starts again, this is a defect, please report it"
    )]
    Panicked {
        /// Its name.
        thread: String,
        /// What it said.
        cause: String,
    },
    /// Whoever stores the games is gone.
    #[error("whoever stores finished games has ended; the worker starts again")]
    NobodyStores,
    /// The numbers of a test contradict each other.
    #[error(transparent)]
    Test(#[from] rr_cluster::ClusterError),
    /// The work was called off.
    #[error("the work was called off")]
    Cancelled,
    /// A time limit passed before a game was finished.
    #[error(
        "no opening was finished within {seconds} s; raise evaluation.deadline_seconds or lower the simulations"
    )]
    Deadline {
        /// The limit.
        seconds: u64,
    },
}

impl WorkerFailure {
    /// Returns the class of failure.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Device(failure) => failure.code(),
            Self::Search(SearchError::NotFinite | SearchError::OutputLength { .. }) => ErrorCode::BadModel,
            Self::Engine(_) | Self::Config(_) | Self::Test(_) => ErrorCode::BadConfiguration,
            Self::Record(_) => ErrorCode::BadGame,
            Self::Store(failure) => failure.code(),
            Self::Bus(failure) => failure.code(),
            Self::NobodyStores => ErrorCode::Unavailable,
            Self::Thread(_) => ErrorCode::OutOfMemory,
            Self::Search(_) | Self::Panicked { .. } => ErrorCode::Internal,
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Deadline { .. } => ErrorCode::TimedOut,
        }
    }
}

impl From<StorageError> for WorkerFailure {
    fn from(error: StorageError) -> Self {
        Self::Store(error.into())
    }
}
