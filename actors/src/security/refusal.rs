//! Why a caller is not let in.

use rr_proto::ErrorCode;

use super::role::AccessRole;

/// Why a call is refused, in words for the caller. None tells whether a guess was near.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessRefusal {
    /// Nothing tells who calls.
    #[error(
        "nobody is known to call: show a token (--token-file FILE or RINGRIFT_ADMIN_TOKEN; `rr-admin tokens add NAME` makes one on the \
         node) or a client certificate (--tls-cert, --tls-key)"
    )]
    Nobody,
    /// The header is none of a token.
    #[error("the authorization header holds no token; send `authorization: Bearer TOKEN`")]
    Header,
    /// No token like that.
    #[error(
        "the token is not one of this node's; ask for one that `rr-admin tokens add NAME` makes on the node"
    )]
    UnknownToken,
    /// A token that counts no more.
    #[error("the token `{name}` is {standing}; ask for a new one")]
    DeadToken {
        /// Whose it was.
        name: String,
        /// Revoked or expired.
        standing: &'static str,
    },
    /// The tokens can't be read.
    #[error("{0}")]
    Tokens(String),
    /// A certificate that names nobody.
    #[error("the client certificate names no node: {0}; make one with `rr-admin certs node NAME`")]
    Certificate(String),
    /// Known, and not allowed.
    #[error(
        "{caller} has the role {has}, and {method} needs the role {needs}; ask for a token with --role {needs}"
    )]
    Role {
        /// Who called.
        caller: String,
        /// Its role.
        has: AccessRole,
        /// What it called.
        method: String,
        /// The role that it needs.
        needs: AccessRole,
    },
    /// A method that no table lists.
    #[error("{0} is not a method of this node")]
    UnknownMethod(String),
    /// Too often.
    #[error(
        "{caller} calls more than limits.requests_per_second = {rate} times a second; call less often, or raise the limit"
    )]
    TooOften {
        /// Who called.
        caller: String,
        /// The limit.
        rate: u64,
    },
}

impl AccessRefusal {
    /// Returns the class of failure.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Nobody
            | Self::Header
            | Self::UnknownToken
            | Self::DeadToken { .. }
            | Self::Tokens(_)
            | Self::Certificate(_) => ErrorCode::Unauthenticated,
            Self::Role { .. } => ErrorCode::PermissionDenied,
            Self::UnknownMethod(_) => ErrorCode::NotFound,
            Self::TooOften { .. } => ErrorCode::RateLimited,
        }
    }
}
