//! Ratings: watches how a config's champions stand by the whole match log, tells every change, and says when one plays worse than
//! its predecessors did, when it plays well again, and when ratings or losses stop getting better.

mod actor;
mod standing;
mod stored;

#[cfg(test)]
mod tests;

pub use actor::{RatingsActor, RatingsArgs, RatingsMsg, RatingsState};
