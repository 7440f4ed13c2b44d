//! Decides what played games prove: sequential tests, intervals, floors, the promotion gate, regressions.

mod floors;
mod gate;
mod mastery;
mod regression;
mod report;
mod sprt;
mod wilson;

pub use floors::{AnchorFloors, AnchorRecord, FloorCheck};
pub use gate::{FloorPolicy, GateDecision, GateReason, PromotionGate};
pub use mastery::{MasteredAnchor, is_mastered, mastered_anchors};
pub use regression::{RegressionAction, RegressionPolicy};
pub use report::{EvaluationReport, EvaluationScore};
pub use sprt::{OpeningScore, Sprt, SprtParams};
pub use wilson::WilsonInterval;
pub(crate) use wilson::Z_95;
