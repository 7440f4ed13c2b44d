//! ORPHAN_DETECTION: finds stored things that nothing refers to, and references to things that are not there, and mends what can be mended.
//!
//! - A file in the blob store that nothing refers to, older than its grace: where a card for it lies among the published models or in the folder of a run,
//!   the model is recorded again; else the clean-up takes it when its time comes.
//! - A recorded model whose file is gone: put back where a published copy or a run's result has the same hash.
//! - A game whose record nothing describes, or that its config's log does not list: decoded, replayed, and entered again.
//!
//! What was found is told once, as long as it stays the same; so is what was mended.

mod actor;
mod files;
mod found;
mod games;

pub use actor::{
    OrphanDetectionActor, OrphanDetectionArgs, OrphanDetectionMsg, OrphanDetectionState, OrphanFailure,
    OrphanLook,
};
pub use found::{FoundOrphans, Reconciled, reconcile};
