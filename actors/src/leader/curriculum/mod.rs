//! The curriculum: outcomes move each config's weight, and an anchor that a champion surely beats is taken for mastered.

mod actor;
mod stored;

#[cfg(test)]
mod tests;

pub use actor::{CurriculumActor, CurriculumArgs, CurriculumMsg, CurriculumState};
pub(crate) use stored::{StoredCurriculum, StoredMastery};
