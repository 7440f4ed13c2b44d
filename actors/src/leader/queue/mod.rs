//! QUEUE_POPULATOR: keeps a piece of self-play waiting or at work for every config, as large as the scheduler wants it.

mod actor;
mod stored;

#[cfg(test)]
mod tests;

pub use actor::{QueuePopulatorActor, QueuePopulatorArgs, QueuePopulatorMsg, QueuePopulatorState};
pub(crate) use stored::StoredQueue;
