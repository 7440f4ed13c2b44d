//! Certificates: made, read, and told about.
//!
//! - [`CertFolder`] holds an authority of our own and the certificates that it signed.
//! - [`CertFacts`] is what a certificate says: name, role, addresses, validity.

mod facts;
mod failure;
mod folder;

pub use facts::{CertFacts, Validity};
pub use failure::CertFailure;
pub use folder::{CertFolder, CertPaths};
