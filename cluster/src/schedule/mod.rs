//! Shares self-play among the board configs: a score of six weighted terms, the curriculum's weights, games and slots.

mod allocation;
mod curriculum;
mod heard;
mod plan;
mod queue;
mod score;
mod slots;
mod weights;

pub use allocation::{allocate, shares};
pub use curriculum::{CurriculumOutcome, CurriculumTable};
pub use heard::{ConfigCounts, HeardSignals};
pub use plan::{ConfigExplanation, SchedulePlan};
pub use queue::{PlayOrder, PlayQueue, QueueChange};
pub use score::{ConfigSignals, ScheduleScore, ScoreTerm};
pub use slots::SlotLedger;
pub use weights::{ScheduleWeights, TermKind};
