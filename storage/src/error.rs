//! What can go wrong with the data folder, and what to do about it.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use rr_proto::{BlobId, ErrorCode};
use thiserror::Error;

/// Says why stored data cannot be opened, read or written. Every message names the cause and the next step.
#[derive(Debug, Error)]
pub enum StorageError {
    /// Another process uses the folder.
    #[error("{path} is in use by {holder}; stop that process, or choose another folder with --data-dir")]
    Locked {
        /// The data folder.
        path: PathBuf,
        /// Who holds it, as far as the lock file tells.
        holder: String,
    },
    /// The folder or the disk may not be written.
    #[error(
        "cannot {action} {path}: {source}; make it writable for this user, or choose another folder with --data-dir"
    )]
    ReadOnly {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// No room is left.
    #[error(
        "cannot {action} {path}: {source}; free space on that disk (nothing stored before is lost), then start again"
    )]
    DiskFull {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// A file or folder that should be there is not.
    #[error("{path} does not exist; {hint}")]
    Missing {
        /// Where.
        path: PathBuf,
        /// The next step.
        hint: &'static str,
    },
    /// Reading or writing failed in another way.
    #[error(
        "cannot {action} {path}: {source}; check the path and the disk, or choose another folder with --data-dir"
    )]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// A file of another program.
    #[error(
        "{path} is not a RingRift store ({reason}); move it away, or choose another folder with --data-dir"
    )]
    Foreign {
        /// Where.
        path: PathBuf,
        /// How it was told.
        reason: String,
    },
    /// A file or value of a version that this build does not read.
    #[error(
        "{what} has version {found}, this build reads up to version {known}; run a build that is at least as new as the one that wrote it"
    )]
    WrongVersion {
        /// What was read.
        what: String,
        /// The version in the data.
        found: u32,
        /// The newest version that this build reads.
        known: u32,
    },
    /// Bytes that contradict their checksum or end early.
    #[error("{what} is damaged: {reason}; restore {restore} from a backup, or move it away to start afresh")]
    Corrupt {
        /// What was read.
        what: String,
        /// How it was told.
        reason: String,
        /// What to restore.
        restore: PathBuf,
    },
    /// A blob whose bytes are not what its name says; it was moved to the quarantine.
    #[error("blob {id} is damaged ({reason}); it was moved to {quarantine}, fetch it again or restore it")]
    CorruptBlob {
        /// The blob.
        id: BlobId,
        /// How it was told.
        reason: String,
        /// Where it lies now.
        quarantine: PathBuf,
    },
    /// A blob that is not stored here.
    #[error("blob {id} is not stored in {path}")]
    MissingBlob {
        /// The blob.
        id: BlobId,
        /// The blob folder.
        path: PathBuf,
    },
    /// A value that breaks a promise of the store.
    #[error("{what} refused: {reason}")]
    Refused {
        /// What was to be written.
        what: &'static str,
        /// Which promise it breaks.
        reason: String,
    },
    /// The database stopped after a failed write, and has to be opened afresh.
    #[error(
        "the database {path} stopped after an earlier failed write; open it again (acknowledged data is safe)"
    )]
    Stopped {
        /// The database file.
        path: PathBuf,
    },
    /// Any other failure of the database.
    #[error("the database {path} failed: {reason}")]
    Database {
        /// The database file.
        path: PathBuf,
        /// The database's words.
        reason: String,
    },
}

impl StorageError {
    /// Returns the class of failure.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Locked { .. } => ErrorCode::Locked,
            Self::ReadOnly { .. } => ErrorCode::ReadOnly,
            Self::DiskFull { .. } => ErrorCode::DiskFull,
            Self::Missing { .. } | Self::MissingBlob { .. } => ErrorCode::NotFound,
            Self::Io { .. } => ErrorCode::Io,
            Self::Foreign { .. } => ErrorCode::Foreign,
            Self::WrongVersion { .. } => ErrorCode::WrongVersion,
            Self::Corrupt { .. } | Self::CorruptBlob { .. } => ErrorCode::Corrupt,
            Self::Refused { .. } => ErrorCode::Conflict,
            Self::Stopped { .. } | Self::Database { .. } => ErrorCode::Internal,
        }
    }

    /// Sorts an I/O error by what the user can do about it.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::DiskFull { action, path, source }
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { action, path, source }
            }
            _ => Self::Io { action, path, source },
        }
    }

    /// Sorts an error of redb.
    pub(crate) fn database(path: &Path, error: impl Into<redb::Error>) -> Self {
        let path = path.to_path_buf();
        match error.into() {
            redb::Error::Io(source) if source.kind() == ErrorKind::InvalidData => {
                Self::Foreign { path, reason: source.to_string() }
            }
            redb::Error::Io(source) if source.kind() == ErrorKind::UnexpectedEof => {
                Self::corrupt_database(&path, "the file ends too early")
            }
            redb::Error::Io(source) => Self::io("read or write", &path, source),
            redb::Error::Corrupted(reason) => Self::corrupt_database(&path, reason),
            redb::Error::UpgradeRequired(found) => Self::WrongVersion {
                what: format!("the file format of {}", path.display()),
                found: found.into(),
                known: 3,
            },
            redb::Error::DatabaseAlreadyOpen => Self::Locked { path, holder: "another process".to_owned() },
            redb::Error::PreviousIo | redb::Error::DatabaseClosed => Self::Stopped { path },
            error @ (redb::Error::TableTypeMismatch { .. } | redb::Error::TableDoesNotExist(_)) => {
                Self::Foreign { path, reason: error.to_string() }
            }
            other => Self::Database { path, reason: other.to_string() },
        }
    }

    /// Tells that the database file itself is damaged.
    pub(crate) fn corrupt_database(path: &Path, reason: impl Into<String>) -> Self {
        Self::Corrupt {
            what: format!("the database {}", path.display()),
            reason: reason.into(),
            restore: path.to_path_buf(),
        }
    }
}
