//! The safety of a node's ports: who calls, what it may do, how much it may take, and what it did.
//!
//! - [`SurfaceSecurity`] puts it all together from the settings.
//! - [`Gate`] lets callers in: people by tokens ([`TokenFile`]), nodes by certificates ([`CertFolder`]), each to the methods of its
//!   [`AccessRole`] ([`needed_role`] is the table) and so often as [`RateLimiter`] says. What is not listed is refused.
//! - [`SecureListener`] takes a bounded number of connections, with TLS where the port speaks it.
//! - [`AuditLog`] keeps what was changed, by whom.

mod audit;
mod audited_calls;
mod caller;
mod certs;
mod credentials;
mod gate;
mod grpc_limits;
mod guarded_io;
mod hex;
mod layer;
mod listener;
mod pages;
mod peer;
mod permission;
mod rate;
mod refusal;
mod role;
mod surface;
mod surface_counts;
mod tls;
mod token;
mod token_book;
mod token_file;

pub use audit::{AuditEntry, AuditFailure, AuditLog, AuditNote, AuditReport};
pub use caller::{Caller, CallerIdentity};
pub use certs::{CertFacts, CertFailure, CertFolder, CertPaths, Validity};
pub use credentials::{CredentialFiles, Credentials, CredentialsFailure};
pub use gate::Gate;
pub use grpc_limits::GrpcLimits;
pub use guarded_io::GuardedIo;
pub use layer::{AccessLayer, AccessService};
pub use listener::{ListenerLimits, SecureListener};
pub use pages::guard_pages;
pub use peer::{PeerInfo, PeerNode};
pub use permission::{changes_something, needed_role};
pub use rate::RateLimiter;
pub use refusal::AccessRefusal;
pub use role::AccessRole;
pub use surface::{SurfaceFailure, SurfaceSecurity};
pub use surface_counts::{PortCounts, SurfaceCounts};
pub use tls::{ServerTls, TlsFiles};
pub use token::TokenRecord;
pub use token_book::TokenBook;
pub use token_file::{TokenFailure, TokenFile};
