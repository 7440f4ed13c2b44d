//! What works for the loop: self-play, the arena, the trainer.

pub mod arena;
mod assignment;
pub mod selfplay;
pub mod trainer;

pub use assignment::{SelfPlayAssignment, SelfPlayTarget};
