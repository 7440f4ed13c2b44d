//! What is given up while memory is short: remembered evaluations, and models that a device holds and nobody uses.
//!
//! Both come back by themselves when they are needed, at the price of computing or loading them again.

mod actor;

pub use actor::{MemoryReliefActor, MemoryReliefArgs, MemoryReliefMsg, MemoryReliefState};
