//! PROGRESS_WATCHDOG: a config that gains nothing for a day is told of, is helped a few times, and then left to people.

mod actor;

#[cfg(test)]
mod tests;

pub use actor::{ProgressWatchdogActor, ProgressWatchdogArgs, ProgressWatchdogMsg, ProgressWatchdogState};
