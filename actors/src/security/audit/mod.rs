//! The audit log: one line per change that somebody asked for, chained by hashes, so that a line that was altered or cut away shows.
//!
//! - [`AuditLog`] appends, each line on the disk before it is acknowledged, and begins a new file when one is full.
//! - [`AuditReport`] reads a log back and says whether the chain is whole.

mod entry;
mod failure;
mod files;
mod log;
mod reader;

pub use entry::{AuditEntry, AuditNote};
pub use failure::AuditFailure;
pub use log::AuditLog;
pub use reader::AuditReport;
