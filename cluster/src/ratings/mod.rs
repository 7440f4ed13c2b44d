//! Ratings as a fold over the match log: one maximum-likelihood fit per config, its intervals, and its course in time.

mod course;
mod fit;
mod history;
mod linear;
mod match_log;
mod plackett_luce;

pub use course::{AnchorRates, ConfigCourse, CourseFinding, CoursePolicy, CourseStanding, RatedModel};
pub use fit::{PlayerRating, RANDOM_ELO, RatingTable};
pub use history::{EloTrend, PlateauPolicy, RatingHistory, RatingPoint};
pub use match_log::{MatchLog, MatchRecord, RatedPlayer};
