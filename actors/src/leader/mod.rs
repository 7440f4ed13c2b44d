//! What lives once in a cluster: the loop of each config, ratings, promotion, the shares of self-play.

pub mod config;
mod curriculum;
mod feedback;
mod progress;
mod promotion;
mod queue;
mod rating_fit;
mod ratings;
mod scheduler;
mod training_gate;

pub(crate) use curriculum::StoredMastery;
pub use curriculum::{CurriculumActor, CurriculumArgs, CurriculumMsg, CurriculumState};
pub(crate) use feedback::StoredFeedback;
pub use feedback::{FeedbackActor, FeedbackActorState, FeedbackArgs, FeedbackMsg};
pub use progress::{ProgressWatchdogActor, ProgressWatchdogArgs, ProgressWatchdogMsg, ProgressWatchdogState};
pub use promotion::{PromotionActor, PromotionArgs, PromotionMsg, PromotionState};
pub use queue::{QueuePopulatorActor, QueuePopulatorArgs, QueuePopulatorMsg, QueuePopulatorState};
pub use rating_fit::{fit_ratings, match_log};
pub use ratings::{RatingsActor, RatingsArgs, RatingsMsg, RatingsState};
pub use scheduler::{LedConfig, SchedulerActor, SchedulerArgs, SchedulerMsg, SchedulerState};
pub use training_gate::{TrainingGateActor, TrainingGateArgs, TrainingGateMsg, TrainingGateState};

#[cfg(test)]
mod tests;
