//! Why spans can't be sent.

use std::path::PathBuf;

/// Why spans can't be sent to the collector that is configured.
#[derive(Debug, thiserror::Error)]
pub enum TraceFailure {
    /// The endpoint is none.
    #[error("trace.endpoint `{endpoint}`: {reason}; write it like http://127.0.0.1:4317")]
    Endpoint {
        /// What was given.
        endpoint: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file can't be read.
    #[error("{key} {path}: {source}", path = path.display())]
    File {
        /// The key that names it.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What stands against it.
        source: std::io::Error,
    },
    /// A line of the headers is none.
    #[error("trace.headers_file {path}, line {line}: write it like `authorization: Bearer abc`", path = path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// The line, from 1; what it says is secret.
        line: usize,
    },
    /// The thread that sends could not be started.
    #[error("spans can't be sent: {0}")]
    Start(String),
}
