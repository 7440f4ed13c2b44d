//! What works for the loop: self-play, the arena, the trainer.

pub mod arena;
mod assignment;
mod cancel_failure;
mod job_book;
pub mod selfplay;
pub mod trainer;

pub use assignment::{SelfPlayAssignment, SelfPlayTarget};
pub use cancel_failure::CancelFailure;
pub use job_book::{JobBook, JobEntry};
