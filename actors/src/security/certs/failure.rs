//! What can be wrong with certificates.

use std::io;
use std::path::PathBuf;

/// Why a certificate could not be made, read or used.
#[derive(Debug, thiserror::Error)]
pub enum CertFailure {
    /// A file that can't be read or written.
    #[error("cannot {action} {path}: {source}; check the path and the permissions")]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// A file that stands in the way.
    #[error(
        "{0} exists already, and what was signed with it would be lost; choose another folder, or remove it first"
    )]
    Exists(PathBuf),
    /// Bytes that are no certificate or key.
    #[error("{path} holds no {what}: {reason}; give a PEM file as `rr-admin certs init` makes them")]
    Malformed {
        /// The file, or what else the bytes came from.
        path: String,
        /// What was looked for.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A certificate outside its time.
    #[error(
        "the certificate {path} {reason}; make a new one with `rr-admin certs node NAME`, and check the clock"
    )]
    OutOfTime {
        /// The file.
        path: PathBuf,
        /// Expired, or not yet valid.
        reason: String,
    },
    /// Certificate and key that do not belong together, or can't be used.
    #[error("the certificate {cert} cannot be used with the key {key}: {reason}")]
    Unusable {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A name that a certificate can't carry.
    #[error("`{0}` is no node name or address; take letters, digits, '.', '_' or '-', or an IP address")]
    Name(String),
    /// The certificate was not made.
    #[error("the certificate was not made: {0}")]
    Made(String),
}
