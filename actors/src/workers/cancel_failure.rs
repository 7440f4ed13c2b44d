//! Why a job was not called off.

use rr_proto::{ErrorCode, JobId};

use crate::error::{BusFailure, StoreFailure};

/// Says why a job was not called off; it goes on as before.
#[derive(Debug, thiserror::Error)]
pub enum CancelFailure {
    /// There is no such job.
    #[error("there is no job {job}")]
    Unknown {
        /// The job.
        job: JobId,
    },
    /// Nothing of it is left to be called off.
    #[error("job {job} has ended already")]
    Ended {
        /// The job.
        job: JobId,
    },
    /// Its result is being stored.
    #[error("job {job} is done and its result is being stored")]
    Recording {
        /// The job.
        job: JobId,
    },
    /// Its worker has restarted and was not given the order again yet.
    #[error("the worker of job {job} has restarted and does not have the order yet; it comes within seconds")]
    NotInHand {
        /// The job.
        job: JobId,
    },
    /// It could not be written down.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// It could not be written down with its event.
    #[error(transparent)]
    Event(#[from] BusFailure),
}

impl CancelFailure {
    /// Returns the class of failure.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Unknown { .. } => ErrorCode::NotFound,
            Self::Ended { .. } => ErrorCode::Refused,
            Self::Recording { .. } => ErrorCode::Conflict,
            Self::NotInHand { .. } => ErrorCode::Unavailable,
            Self::Store(failure) => failure.code(),
            Self::Event(failure) => failure.code(),
        }
    }
}
