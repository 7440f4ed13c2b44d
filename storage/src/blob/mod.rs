//! Immutable files named by the SHA-256 of their bytes.

mod collect;
mod pin;
mod store;

#[cfg(test)]
mod tests;

pub use collect::GcReport;
pub use pin::BlobPin;
pub use store::{BlobInfo, BlobStore, QuarantinedBlob};
