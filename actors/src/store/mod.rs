//! The store of a node: one actor that owns the database and is the only one to write it.
//!
//! [`StoreAccess`] is what others hold: typed calls that return when their write is on the disk. Writes that arrive while a
//! commit is under way share the next one. [`StoreActor`] runs them on a thread of its own; readers get snapshots beside it.

mod access;
mod actor;
mod transaction;
mod writer;

#[cfg(test)]
mod tests;

pub use access::{DiskTrouble, StoreAccess};
pub use actor::{StoreActor, StoreArgs, StoreMsg, StoreState};
pub use transaction::{StoreQuery, StoreTransaction};
pub use writer::StoreReport;
