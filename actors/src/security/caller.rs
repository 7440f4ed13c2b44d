//! Who calls.

use std::fmt;
use std::net::SocketAddr;

use super::role::AccessRole;

/// Names a caller by how it is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallerIdentity {
    /// A user of this machine, on a node without tokens.
    Local,
    /// A person or a program, by a token.
    Person(String),
    /// A node, by its certificate.
    Node(String),
}

impl fmt::Display for CallerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Person(name) => write!(f, "person:{name}"),
            Self::Node(name) => write!(f, "node:{name}"),
        }
    }
}

/// Describes a caller that was let in; services find it in the request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub identity: CallerIdentity,
    /// What it may do.
    pub role: AccessRole,
    /// Where it calls from.
    pub from: Option<SocketAddr>,
}
