//! Wire types, identifiers, units and events: what crosses a thread, a process or a disk under a name.
//!
//! - Identifiers: [`ConfigKey`], [`NodeId`], [`ModelId`], [`GameId`], [`JobId`], [`MatchId`], [`BlobId`], [`EventId`], validated at the edge.
//! - Units: [`Games`], [`Samples`], [`Plies`], [`TrainingSteps`], [`Generation`], [`Elo`], [`EloPerHour`], [`UnixMillis`].
//! - [`Event`]: one enum; its wire name, area, scope and delivery are exhaustive matches; [`EventEnvelope`] is its form on disk and wire.
//! - [`TraceContext`]: where a trace stands, between processes and nodes.
//! - [`ErrorCode`]: the stable names of what can go wrong.
//! - [`admin`]: the gRPC surface, with [`FILE_DESCRIPTOR_SET`] for reflection.

mod code;
mod config_key;
mod digest;
mod envelope;
mod error;
mod event;
mod hash_id;
mod node_id;
mod trace_context;
mod unit;

/// Holds the generated messages and the service of `rr.admin.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod admin {
    tonic::include_proto!("rr.admin.v1");
}

/// Holds the generated wire names and numbers of `rr.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
mod wire {
    tonic::include_proto!("rr.v1");
}

/// The encoded `FileDescriptorSet` of every `.proto` file, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rr.descriptors"));

pub use code::ErrorCode;
pub use config_key::ConfigKey;
pub use digest::Sha256Digest;
pub use envelope::{ENVELOPE_FORMAT, EventEnvelope, EventHeader};
pub use error::{DecodeError, IdError};
pub use event::{
    AlertSeverity, CascadeBreakerClosed, CascadeBreakerOpened, CurriculumRebalanced, CurriculumWeight,
    DaemonPermanentlyFailed, DaemonPhase, DaemonStarted, DaemonStatusChanged, DaemonStopped,
    DataSyncCompleted, DataSyncFailed, DiskCleanupTriggered, DiskSpaceLow, DlqEventsPurged,
    DlqEventsReplayed, DlqStaleEvents, EloUpdated, EvaluationCompleted, EvaluationFailed, EvaluationProgress,
    EvaluationStarted, Event, EventArea, EventDelivery, EventScope, ExplorationBoost, FailureNote,
    HealthAlert, HyperparameterUpdated, IdleResourceDetected, IntegrityChecked, MatchTally, MemoryPressure,
    MemoryPressureCleared, ModelDistributionComplete, ModelPromoted, NewGamesAvailable, NpzExportComplete,
    OpponentMastered, OpponentTally, OrphanGamesDetected, OrphanGamesRegistered, ParityGateChanged,
    ParityGateState, PlateauDetected, PlateauMetric, ProgressRecovered, ProgressStallDetected,
    PromotionCandidate, PromotionFailed, PromotionRolledBack, QualityCheckFailed, QualityGrade,
    QualityScoreUpdated, RegressionCleared, RegressionDetected, RegressionLevel, ResourceConstraint,
    ResourceKind, ResourceLevel, ResourceUse, SelfplayComplete, SelfplayTargetUpdated, SprtProgress,
    SprtVerdict, StaleTrainingFallback, TrainingBlock, TrainingBlockedByQuality, TrainingCompleted,
    TrainingFailed, TrainingLossAnomaly, TrainingLosses, TrainingProgress, TrainingStarted,
    TrainingThresholdReached, TrainingTrigger, TunedParameter, WorkQueued, event_area,
};
pub use hash_id::{BlobId, EventId, GameId, JobId, MatchId, ModelId};
pub use node_id::NodeId;
pub use trace_context::TraceContext;
pub use unit::{
    Elo, EloPerHour, Games, Generation, Plies, RatingEstimate, Samples, TrainingSteps, UnixMillis,
};
pub use wire::EventKind;
