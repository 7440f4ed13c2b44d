//! Shares self-play among the board configs: a score of six weighted terms, and the curriculum's weights.

mod allocation;
mod curriculum;
mod score;
mod weights;

pub use allocation::allocate;
pub use curriculum::{CurriculumOutcome, CurriculumTable};
pub use score::{ConfigSignals, ScheduleScore, ScoreTerm};
pub use weights::{ScheduleWeights, TermKind};
