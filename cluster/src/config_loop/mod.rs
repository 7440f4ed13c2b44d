//! The state machine of one board config: collecting, training, evaluating, promoting.
//!
//! [`LoopState`] is a fold over [`LoopInput`]s; what has to be done comes out as [`LoopCommand`]s. It knows no clock and no
//! mailbox, so that a new leader continues from the stored state where the old one was.

mod backoff;
mod bucket;
mod command;
mod input;
mod params;
mod recovery;
mod stage;
mod state;
mod transition;
mod window;

pub use backoff::BackoffPolicy;
pub use bucket::SampleBucket;
pub use command::{EvaluationOrder, LoopCommand, PromotionOrder, RollBackOrder, TrainingOrder};
pub use input::LoopInput;
pub use params::LoopParams;
pub use stage::LoopStage;
pub use state::{ChampionRef, LoopState};
pub use window::ReplayWindow;

#[cfg(test)]
mod tests;
