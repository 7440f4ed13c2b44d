//! The scheduler: weighs the configs against one another, and says how many games and which slots of self-play each gets.
//!
//! It weighs what events said (ratings, quality, exploration), what the store says (games, their age and variety) and the
//! curriculum's weights, by six weights that a reload of the configuration changes.

mod actor;
mod counts;
mod message;
mod stored;

#[cfg(test)]
mod tests;

pub use actor::{SchedulerActor, SchedulerState};
pub use message::{LedConfig, SchedulerArgs, SchedulerMsg};
pub(crate) use stored::StoredSchedule;
