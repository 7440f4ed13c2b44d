//! From stored games to the samples of a run: where records come from, which are in the window, which are drawn.

mod sampler;
mod source;
mod window;

pub use sampler::{BatchSampler, Draw};
pub use source::{MemoryRecords, RecordFiles, RecordSource, ShardRecords, ShardRef};
pub use window::{ReplayData, WindowRequest, WindowSummary, count_samples};
