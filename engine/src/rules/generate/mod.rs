//! Lists of legal moves.

mod lines;
mod list;
mod placement;
mod recovery;
mod regions;
mod slides;

pub(super) use recovery::RecoveryPlan;
