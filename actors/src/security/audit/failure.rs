//! What can go wrong with the audit log.

use std::io;
use std::path::PathBuf;

/// Why the log could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditFailure {
    /// The disk does not take or give it.
    #[error(
        "cannot {action} the audit log {path}: {source}; nothing is changed that cannot be written down: free space or mend the folder"
    )]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The thread that writes ended.
    #[error("the audit log is not written: {0}; restart the node")]
    Ended(String),
}
