//! What works for the loop: self-play, the arena, the trainer.

mod assignment;
pub mod trainer;

pub use assignment::SelfPlayAssignment;
