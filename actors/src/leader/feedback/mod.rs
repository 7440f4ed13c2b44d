//! FEEDBACK_LOOP: results change how a config is played and trained next, within bounds and for a while.
//!
//! What it sets is stored under the config's name: the config actor reads it for self-play, the trainer for a new run.

mod actor;
mod stored;

#[cfg(test)]
mod tests;

pub use actor::{FeedbackActor, FeedbackActorState, FeedbackArgs, FeedbackMsg};
pub(crate) use stored::StoredFeedback;
