//! The errors of the actor tree. Each names its cause and what to do next.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use rr_cluster::ClusterError;
use rr_onnx::OnnxError;
use rr_proto::{DecodeError, ErrorCode, ModelId};
use rr_storage::StorageError;

use crate::security::SurfaceFailure;
use crate::supervision::TreePath;

/// Why a supervisor could not do what was asked, or why it gave up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SupervisionError {
    /// More restarts than the intensity allows: the supervisor stops and its own supervisor decides.
    #[error(
        "{path}: {restarts} restarts within {period:?} exceed the limit of {limit}; last failure in `{child}`: \
         {cause}. The supervisor above applies its policy; mend the cause or raise the intensity"
    )]
    IntensityExceeded {
        /// The supervisor that gives up.
        path: TreePath,
        /// The child whose failure was one too many.
        child: String,
        /// Restarts counted in the window, this one included.
        restarts: usize,
        /// Restarts that the window allows.
        limit: usize,
        /// Length of the window.
        period: Duration,
        /// The class of the failure.
        code: ErrorCode,
        /// What the child said.
        cause: String,
    },
    /// A child did not start, so the supervisor did not either.
    #[error(
        "{path}: did not start: {cause}. Mend the cause and start again; children started before it were stopped"
    )]
    StartFailed {
        /// The child.
        path: TreePath,
        /// The class of the failure.
        code: ErrorCode,
        /// What it said.
        cause: String,
    },
    /// The root of the tree ended without having been asked to.
    #[error(
        "{path}: the tree ended: {cause}. Mend the cause and start the node again; what was acknowledged is stored"
    )]
    RootFailed {
        /// The root.
        path: TreePath,
        /// The class of the failure.
        code: ErrorCode,
        /// What it said last.
        cause: String,
    },
    /// The actor that takes the children's exits died, and the children with it.
    #[error(
        "{path}: its exit watch was killed, which kills its children; the supervisor above starts it again"
    )]
    WatchLost {
        /// The supervisor.
        path: TreePath,
    },
    /// The child list is not usable.
    #[error("{path}: bad child list: {cause}. Give every child a name that is not empty and occurs once")]
    BadSpec {
        /// The supervisor.
        path: TreePath,
        /// What is wrong with the list.
        cause: String,
    },
    /// There is no child of that name.
    #[error("{path}: no child is called `{name}`; it has: {known}")]
    UnknownChild {
        /// The supervisor.
        path: TreePath,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
}

impl SupervisionError {
    /// Returns the class of failure: that of the actor whose failure was the last.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::IntensityExceeded { code, .. }
            | Self::StartFailed { code, .. }
            | Self::RootFailed { code, .. } => *code,
            Self::WatchLost { .. } | Self::BadSpec { .. } => ErrorCode::Internal,
            Self::UnknownChild { .. } => ErrorCode::NotFound,
        }
    }
}

/// Why a message did not reach the actor at a path, or brought no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The actor is not running now.
    #[error(
        "{path} is not running; it is restarting, stopped or was never started. Try again, or look at the tree"
    )]
    NotRunning {
        /// Who was addressed.
        path: TreePath,
    },
    /// As many messages wait for the actor as its mailbox holds.
    #[error(
        "{path} has {bound} messages waiting, as many as its mailbox holds; nothing was sent, try again later"
    )]
    Full {
        /// Who was addressed.
        path: TreePath,
        /// How many may wait.
        bound: u64,
    },
    /// Another kind of actor lives at that path.
    #[error("{path} takes other messages than the ones sent; the address was made for another actor type")]
    WrongType {
        /// Who was addressed.
        path: TreePath,
    },
    /// No answer came in time.
    #[error(
        "{path} did not answer within {after:?}; it may be busy or stuck, the request may still take effect"
    )]
    Timeout {
        /// Who was addressed.
        path: TreePath,
        /// How long the caller waited.
        after: Duration,
    },
    /// The actor dropped the request, which it does only when it dies.
    #[error("{path} died or dropped the request before answering; the request may have taken effect")]
    NoReply {
        /// Who was addressed.
        path: TreePath,
    },
}

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreFailure {
    /// The database or the disk refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The store could not be reached, or did not answer.
    #[error(transparent)]
    Unreachable(#[from] AddressError),
    /// More writes wait than the queue holds.
    #[error("the store has more writes waiting than its queue holds; nothing was written, try again later")]
    Busy,
    /// The store is stopping.
    #[error("the store is stopping; nothing was written, try again when it runs")]
    Stopping,
    /// The work panicked; its transaction was rolled back.
    #[error(
        "`{label}` panicked in its transaction, which was rolled back; this is a defect, please report it"
    )]
    Panicked {
        /// What was being done.
        label: &'static str,
    },
    /// The transaction was committed without having run this work.
    #[error("the work was not run; this is a defect, please report it")]
    NotRun,
    /// The writing thread ended, so the store restarts.
    #[error("the store's writer ended: {reason}; the store is opened again, what was acknowledged is safe")]
    WriterEnded {
        /// What the database said.
        reason: String,
    },
}

impl StoreFailure {
    /// Returns the error again when it means that the database has to be opened afresh.
    pub(crate) fn stopped_database(&self) -> Option<StorageError> {
        match self {
            Self::Storage(StorageError::Stopped { path }) => {
                Some(StorageError::Stopped { path: path.clone() })
            }
            _ => None,
        }
    }

    /// Returns the class of failure.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Storage(error) => error.code(),
            Self::Unreachable(_) | Self::Busy | Self::Stopping | Self::WriterEnded { .. } => {
                ErrorCode::Unavailable
            }
            Self::Panicked { .. } | Self::NotRun => ErrorCode::Internal,
        }
    }
}

/// Why an event was not published, or a subscriber not served.
#[derive(Debug, thiserror::Error)]
pub enum BusFailure {
    /// The outbox could not be written or read.
    #[error("the event outbox: {0}")]
    Outbox(#[from] StoreFailure),
    /// The bus could not be reached.
    #[error(transparent)]
    Unreachable(#[from] AddressError),
    /// The event could not be encoded.
    #[error("the event could not be encoded: {0}; this is a defect, please report it")]
    Encode(#[from] DecodeError),
    /// A task of the bus panicked, so the bus restarts.
    #[error("the task of the bus that serves `{task}` panicked; the bus restarts, no stored event is lost")]
    TaskPanicked {
        /// What the task did.
        task: String,
    },
}

impl BusFailure {
    /// Returns the class of failure.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Outbox(failure) => failure.code(),
            Self::Unreachable(_) => ErrorCode::Unavailable,
            Self::Encode(_) | Self::TaskPanicked { .. } => ErrorCode::Internal,
        }
    }
}

/// Why a device did not answer a batch or load a model.
#[derive(Debug, thiserror::Error)]
pub enum DeviceFailure {
    /// The model is not loaded: it never was, it made room for another, its session failed, or the device restarted.
    #[error("model {model} is not loaded on this device; load it and submit the batch again")]
    NotLoaded {
        /// The model.
        model: ModelId,
    },
    /// No such model is recorded.
    #[error("model {model} is not recorded in the store; see `rr-admin models list` for those that are")]
    UnknownModel {
        /// The model.
        model: ModelId,
    },
    /// The file of the model is missing, damaged, or not of this program.
    #[error("model {model} can't be used: {cause}")]
    BadModel {
        /// The model.
        model: ModelId,
        /// Why.
        cause: String,
    },
    /// The session failed; it is opened afresh when the model is loaded again.
    #[error(
        "model {model} failed on a batch: {cause}; its session was closed, load it and submit the batch again"
    )]
    Run {
        /// The model.
        model: ModelId,
        /// What the runtime said.
        cause: String,
    },
    /// Too many batches wait.
    #[error(
        "device {device} has as many batches waiting as its queue holds; wait for answers before submitting more"
    )]
    Busy {
        /// The device.
        device: String,
    },
    /// The device takes no work for now.
    #[error("device {device} takes no new work while memory is short; submit the batch again later")]
    Paused {
        /// The device.
        device: String,
    },
    /// The device is stopping.
    #[error("the device is stopping; submit the batch again when it runs")]
    Stopping,
    /// The device died with the batch.
    #[error("the device died before it answered; load the model and submit the batch again")]
    Lost,
    /// A thread of the device ended, so the device restarts.
    #[error("a thread of the device ended; the device restarts")]
    LaneEnded,
    /// The blob of the model can't be read.
    #[error(transparent)]
    Blob(#[from] StorageError),
    /// The store could not give the model's card.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// The device could not be reached.
    #[error(transparent)]
    Unreachable(#[from] AddressError),
}

impl DeviceFailure {
    /// Returns the class of failure.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownModel { .. } => ErrorCode::NotFound,
            Self::BadModel { .. } => ErrorCode::BadModel,
            Self::Blob(error) => error.code(),
            Self::Store(failure) => failure.code(),
            Self::Busy { .. } | Self::Paused { .. } => ErrorCode::OutOfMemory,
            _ => ErrorCode::Unavailable,
        }
    }
}

/// Why a node did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum NodeFailure {
    /// The data folder or the database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// ONNX Runtime or a model refused.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// A certificate that can't be used, or an audit log that can't be written.
    #[error(transparent)]
    Security(#[from] SurfaceFailure),
    /// The numbers of the loop make no loop.
    #[error("the configuration makes no loop: {0}; correct the sections training, evaluation and promotion")]
    Loop(#[from] ClusterError),
    /// The address of the administration is taken, or not of this machine.
    #[error(
        "cannot listen on {address}: {source}; another node may use it: choose another port with --set {key}=PORT (0 lets the \
         system choose)"
    )]
    Listen {
        /// The key that says where.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// The system's words.
        source: std::io::Error,
    },
    /// A file that the node needs beside its data.
    #[error("cannot {action} {path}: {source}; check the disk and the permissions")]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The tree did not start, or ended by itself.
    #[error("{message}")]
    Tree {
        /// The class of what stood against it.
        code: ErrorCode,
        /// The words of the actor that it failed with.
        message: String,
    },
    /// The supervision gave up.
    #[error(transparent)]
    Supervision(#[from] SupervisionError),
    /// The disk refused what the tree had to write, and the tree ended.
    #[error("the node ended because its store could not be written: {message}")]
    Disk {
        /// The class: full, read-only, or failing.
        code: ErrorCode,
        /// The storage's words, with the next step.
        message: String,
    },
    /// What is set cannot be run.
    #[error("{0}")]
    Settings(String),
}

impl NodeFailure {
    /// Returns the class of failure.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Storage(error) => error.code(),
            Self::Security(error) => error.code(),
            Self::Disk { code, .. } | Self::Tree { code, .. } => *code,
            Self::Supervision(error) => error.code(),
            Self::Onnx(OnnxError::RuntimeMissing { .. } | OnnxError::RuntimeUnusable { .. }) => {
                ErrorCode::LibraryMissing
            }
            Self::Onnx(OnnxError::NoProvider(_)) => ErrorCode::ProviderUnavailable,
            Self::Onnx(OnnxError::Refused { .. }) => ErrorCode::BadModel,
            Self::Onnx(OnnxError::File { .. }) | Self::File { .. } => ErrorCode::Io,
            Self::Loop(_) | Self::Settings(_) => ErrorCode::BadConfiguration,
            Self::Listen { .. } => ErrorCode::Unavailable,
            Self::Onnx(_) => ErrorCode::Internal,
        }
    }
}
