//! What lives once in a cluster: the loop of each config, ratings, promotion, the shares of self-play.

pub mod config;
mod promotion;
mod rating_fit;
mod ratings;
mod scheduler;
mod training_gate;

pub use promotion::{PromotionActor, PromotionArgs, PromotionMsg, PromotionState};
pub use rating_fit::{fit_ratings, match_log};
pub use ratings::{RatingsActor, RatingsArgs, RatingsMsg, RatingsState};
pub use scheduler::{SchedulerActor, SchedulerArgs, SchedulerMsg, SchedulerState};
pub use training_gate::{TrainingGateActor, TrainingGateArgs, TrainingGateMsg, TrainingGateState};
