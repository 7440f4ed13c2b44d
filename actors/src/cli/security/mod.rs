//! The commands of `rr-admin` about who may call a node: tokens, certificates, and what callers changed.

mod audit;
mod certs;
mod tokens;

pub use audit::AuditCommand;
pub use certs::CertsCommand;
pub use tokens::TokensCommand;
