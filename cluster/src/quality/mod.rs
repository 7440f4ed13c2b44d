//! How good a config's newest games are to learn from, and how different from one another.

mod report;
mod traits;

pub use report::{QualityPolicy, QualityReport};
pub use traits::GameTraits;
