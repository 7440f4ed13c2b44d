//! Feedback: what a config's results change in how it is played and trained next, within bounds and for a while.

mod factor;
mod progress;
mod state;

pub use factor::TunedFactor;
pub use progress::{ProgressFinding, ProgressPolicy, ProgressWatch};
pub use state::{FeedbackChange, FeedbackInput, FeedbackPolicy, FeedbackState};
