//! Samples in memory: expanded from games once, kept small, turned and written into batches as they are drawn.

mod arena;
mod batch;

pub use arena::{SampleArena, SampleView};
pub use batch::{BatchLayout, PolicyGroups};
