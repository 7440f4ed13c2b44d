//! INTEGRITY_CHECK: reads all that is stored, a slice at a time, and finds what is damaged before somebody needs it.
//!
//! A pass begins every `keeping.integrity_pass_hours`: first the files in the blob store (models, shards, checkpoints), each against the hash
//! that is its name, then the records of all games, each against its hash and decoded. Where it is, is stored: a restart goes on there. What is
//! damaged goes to the quarantine with the reason beside it, where it stays for `keeping.quarantine_keep_days`; a damaged game never
//! trains. People are told of each find by an alert, and of each pass by INTEGRITY_CHECKED.

mod actor;
mod cursor;
mod slice;

pub use actor::{IntegrityCheckActor, IntegrityCheckArgs, IntegrityCheckMsg, IntegrityCheckState};
pub use cursor::{CheckPass, CheckPlace};
pub use slice::{SliceFailure, SliceOutcome};
