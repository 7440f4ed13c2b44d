//! Pure decisions that the whole cluster must agree on: config state, ratings, promotion tests, scheduling.
//!
//! - [`LoopState`]: the state machine of one board config, a fold over [`LoopInput`]s.
//! - [`Sprt`], [`EvaluationReport`], [`PromotionGate`]: what played games prove and when a candidate becomes champion.
//! - [`RatingTable`], [`RatingHistory`]: ratings as a fold over the [`MatchLog`], and their course.
//! - [`SchedulePlan`], [`SlotLedger`], [`CurriculumTable`]: who gets self-play.
//! - [`FeedbackState`], [`ProgressWatch`]: what results change in how a config is played and trained next.
//! - [`BudgetPolicy`]: how long a decision is searched.
//! - [`QualityReport`], [`TrainingGate`], [`StaleFallback`], [`PendingGrant`]: which games may train.
//!
//! Nothing here reads a clock, a file or a socket: time and randomness come in as arguments.

mod budget;
mod config_loop;
mod error;
mod evaluation;
mod feedback;
mod quality;
mod ratings;
mod schedule;
mod training_gate;

#[cfg(test)]
mod testing;

pub use budget::{BudgetPolicy, BudgetTier};
pub use config_loop::{
    BackoffPolicy, ChampionRef, EvaluationOrder, LoopCommand, LoopInput, LoopParams, LoopStage, LoopState,
    PromotionOrder, ReplayWindow, RollBackOrder, SampleBucket, TrainingOrder,
};
pub use error::ClusterError;
pub use evaluation::{
    AnchorFloors, AnchorRecord, EvaluationReport, EvaluationScore, FloorCheck, FloorPolicy, GateDecision,
    GateReason, MasteredAnchor, OpeningScore, PromotionGate, RegressionAction, RegressionPolicy, Sprt,
    SprtParams, WilsonInterval, is_mastered, mastered_anchors,
};
pub use feedback::{
    FeedbackChange, FeedbackInput, FeedbackPolicy, FeedbackState, ProgressFinding, ProgressPolicy,
    ProgressWatch, TunedFactor,
};
pub use quality::{GameTraits, QualityPolicy, QualityReport};
pub use ratings::{
    AnchorRates, ConfigCourse, CourseFinding, CoursePolicy, CourseStanding, EloTrend, MatchLog, MatchRecord,
    PlateauPolicy, PlayerRating, RANDOM_ELO, RatedModel, RatedPlayer, RatingHistory, RatingPoint,
    RatingTable,
};
pub use schedule::{
    ConfigCounts, ConfigExplanation, ConfigSignals, CurriculumOutcome, CurriculumTable, HeardSignals,
    PlayOrder, PlayQueue, QueueChange, SchedulePlan, ScheduleScore, ScheduleWeights, ScoreTerm, SlotLedger,
    TermKind, allocate, shares,
};
pub use training_gate::{
    FallbackChange, FallbackPolicy, GateFacts, GateObstacle, GatePass, GrantChange, GrantUse, PendingGrant,
    StaleFallback, TrainingGate, WindowParity,
};
