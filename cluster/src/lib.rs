//! Pure decisions that the whole cluster must agree on: config state, ratings, promotion tests, scheduling.
//!
//! - [`LoopState`]: the state machine of one board config, a fold over [`LoopInput`]s.
//! - [`Sprt`], [`EvaluationReport`], [`PromotionGate`]: what played games prove and when a candidate becomes champion.
//! - [`RatingTable`], [`RatingHistory`]: ratings as a fold over the [`MatchLog`], and their course.
//! - [`ScheduleScore`], [`allocate`], [`CurriculumTable`]: who gets self-play.
//! - [`BudgetPolicy`]: how long a decision is searched.
//! - [`QualityReport`], [`TrainingGate`], [`StaleFallback`], [`PendingGrant`]: which games may train.
//!
//! Nothing here reads a clock, a file or a socket: time and randomness come in as arguments.

mod budget;
mod config_loop;
mod error;
mod evaluation;
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
    GateReason, OpeningScore, PromotionGate, RegressionAction, RegressionPolicy, Sprt, SprtParams,
    WilsonInterval,
};
pub use quality::{GameTraits, QualityPolicy, QualityReport};
pub use ratings::{
    EloTrend, MatchLog, MatchRecord, PlateauPolicy, PlayerRating, RANDOM_ELO, RatedPlayer, RatingHistory,
    RatingPoint, RatingTable,
};
pub use schedule::{
    ConfigSignals, CurriculumOutcome, CurriculumTable, ScheduleScore, ScheduleWeights, ScoreTerm, TermKind,
    allocate,
};
pub use training_gate::{
    FallbackChange, FallbackPolicy, GateFacts, GateObstacle, GatePass, GrantChange, GrantUse, PendingGrant,
    StaleFallback, TrainingGate, WindowParity,
};
