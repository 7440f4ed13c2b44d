//! Why something was not read from a snapshot of the store.

use rr_proto::{ErrorCode, IdError};
use rr_storage::StorageError;

/// Why a listing was not made.
#[derive(Debug, thiserror::Error)]
pub enum ListingFailure {
    /// There is no such config.
    #[error(transparent)]
    Config(#[from] IdError),
    /// The token is not one that a page ended with.
    #[error("`{0}` is not a page token; leave it empty for the first page")]
    Token(String),
    /// Nothing has this name.
    #[error("there is no {what} `{name}`; see `rr-admin {what}s list`")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// Under which name.
        name: String,
    },
    /// Nothing has this name, of the few that there can be.
    #[error("there is no {what} `{name}`{}", nearest.map_or_else(String::new, |known| format!("; did you mean `{known}`?")))]
    Misnamed {
        /// What was named.
        what: &'static str,
        /// How.
        name: String,
        /// The name that is most like it.
        nearest: Option<&'static str>,
    },
    /// Several have a name that begins so.
    #[error("`{name}` is the beginning of {count} names of a {what}; give more of it")]
    Ambiguous {
        /// What was looked for.
        what: &'static str,
        /// The beginning.
        name: String,
        /// How many.
        count: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl ListingFailure {
    /// Returns the class of failure.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Config(_) => ErrorCode::UnknownConfig,
            Self::Token(_) | Self::Ambiguous { .. } => ErrorCode::InvalidArgument,
            Self::Unknown { .. } | Self::Misnamed { .. } => ErrorCode::NotFound,
            Self::Storage(error) => error.code(),
        }
    }
}
