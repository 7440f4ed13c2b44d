//! What can go from a data folder, and in which order it goes. Nothing that is referred to is ever among it: no recorded model, whether champion,
//! predecessor or refused; no shard, no checkpoint, no game; no folder of a run at work; and no line of the audit log.

mod cleaned;
mod cleaner;
mod old_files;
mod policy;

pub use cleaned::Cleaned;
pub use cleaner::{Cleaner, CleaningFailure};
pub use policy::{CleaningPolicy, CleaningTask};
