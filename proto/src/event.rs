//! The events of the house: one enum. A row says an event's topic, how far it travels, whether it is stored, and which config it is
//! about; the matches made of the rows are exhaustive, so that a new event cannot forget one.

mod data;
mod evaluation;
mod feedback;
mod promotion;
mod quality;
mod resource;
mod selfplay;
mod system;
mod topic;
mod training;

#[cfg(test)]
mod tests;

use serde::{Serialize, de::DeserializeOwned};

pub use data::{
    DataSyncCompleted, DataSyncFailed, IntegrityChecked, OrphanGamesDetected, OrphanGamesRegistered,
    StaleTrainingFallback,
};
pub use evaluation::{
    EvaluationCompleted, EvaluationFailed, EvaluationProgress, EvaluationStarted, MatchTally, OpponentTally,
    SprtProgress, SprtVerdict,
};
pub use feedback::{
    EloUpdated, ExplorationBoost, HyperparameterUpdated, OpponentMastered, PlateauDetected, PlateauMetric,
    ProgressRecovered, ProgressStallDetected, SelfplayTargetUpdated, TrainingLossAnomaly, TunedParameter,
    WorkQueued,
};
pub use promotion::{
    CurriculumRebalanced, CurriculumWeight, ModelDistributionComplete, ModelPromoted, PromotionCandidate,
    PromotionFailed, PromotionRolledBack, RegressionCleared, RegressionDetected, RegressionLevel,
};
pub use quality::{
    ParityGateChanged, ParityGateState, QualityCheckFailed, QualityGrade, QualityScoreUpdated, TrainingBlock,
    TrainingBlockedByQuality,
};
pub use resource::{
    DiskCleanupTriggered, DiskSpaceLow, IdleResourceDetected, MemoryPressure, MemoryPressureCleared,
    ResourceConstraint, ResourceKind, ResourceLevel, ResourceUse,
};
pub use selfplay::{NewGamesAvailable, SelfplayComplete};
pub use system::{
    AlertSeverity, CascadeBreakerClosed, CascadeBreakerOpened, DaemonPermanentlyFailed, DaemonPhase,
    DaemonStarted, DaemonStatusChanged, DaemonStopped, DlqEventsPurged, DlqEventsReplayed, DlqStaleEvents,
    HealthAlert,
};
pub use topic::{EventArea, EventDelivery, EventScope};
pub use training::{
    FailureNote, NpzExportComplete, TrainingCompleted, TrainingFailed, TrainingLosses, TrainingProgress,
    TrainingStarted, TrainingThresholdReached, TrainingTrigger,
};

use crate::{ConfigKey, DecodeError, EventKind, Sha256Digest};

/// Picks the config out of a payload, as a row says.
macro_rules! config_of {
    (one, $payload:ident) => {
        Some($payload.config)
    };
    (any, $payload:ident) => {
        $payload.config
    };
    (none, $payload:ident) => {{
        let _ = $payload;
        None
    }};
}

/// Defines the enum and the parts of it that differ only in a variant's row: topic, scope, delivery, about which config
/// (`one`, `none`, or `any` for an optional one), version of the payload's layout.
macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident: $area:ident, $scope:ident, $delivery:ident, $config:ident, $version:literal;)+) => {
        /// Tells that something happened.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event {
            $($(#[$doc])* $variant($variant),)+
        }

        impl Event {
            /// Every kind, in the order of the rows.
            pub const KINDS: &'static [EventKind] = &[$(EventKind::$variant),+];

            /// Returns the wire number and name.
            #[must_use]
            pub const fn kind(&self) -> EventKind {
                match self {
                    $(Self::$variant(_) => EventKind::$variant,)+
                }
            }

            /// Returns the version of the payload's layout.
            #[must_use]
            pub const fn payload_version(&self) -> u16 {
                match self {
                    $(Self::$variant(_) => $version,)+
                }
            }

            /// Returns the config that it is about; none for what concerns all of them, or none.
            #[must_use]
            pub const fn config(&self) -> Option<ConfigKey> {
                match self {
                    $(Self::$variant(payload) => config_of!($config, payload),)+
                }
            }

            /// Encodes the payload alone.
            ///
            /// # Errors
            /// [`DecodeError::Damaged`] where a value cannot be encoded; payloads hold plain values, so it does not happen.
            pub fn encode_payload(&self) -> Result<Vec<u8>, DecodeError> {
                match self {
                    $(Self::$variant(payload) => encode(self.name(), payload),)+
                }
            }

            /// Decodes a payload of the kind and version.
            ///
            /// # Errors
            /// [`DecodeError`] where the kind or the version is unknown, or the bytes are not that payload.
            pub fn decode_payload(kind: EventKind, version: u16, bytes: &[u8]) -> Result<Self, DecodeError> {
                match kind {
                    $(EventKind::$variant => {
                        check_version(kind.as_str_name(), version, $version)?;
                        decode(kind.as_str_name(), bytes).map(Self::$variant)
                    })+
                    EventKind::Unspecified => Err(DecodeError::UnknownKind { number: kind as i32 }),
                }
            }

            /// Writes the payload as JSON, for people and their tools.
            ///
            /// # Errors
            /// As [`Self::encode_payload`].
            pub fn payload_json(&self) -> Result<serde_json::Value, DecodeError> {
                match self {
                    $(Self::$variant(payload) => serde_json::to_value(payload),)+
                }
                .map_err(|error| damaged(self.name(), &error))
            }

            /// Reads a payload that was written as JSON; a field that the payload does not have is refused.
            ///
            /// # Errors
            /// As [`Self::decode_payload`].
            pub fn from_payload_json(kind: EventKind, version: u16, json: &str) -> Result<Self, DecodeError> {
                match kind {
                    $(EventKind::$variant => {
                        check_version(kind.as_str_name(), version, $version)?;
                        let payload = serde_json::from_str(json);
                        payload.map(Self::$variant).map_err(|error| damaged(kind.as_str_name(), &error))
                    })+
                    EventKind::Unspecified => Err(DecodeError::UnknownKind { number: kind as i32 }),
                }
            }
        }

        /// Returns the topic of a kind; none for the unspecified one.
        #[must_use]
        pub const fn event_area(kind: EventKind) -> Option<EventArea> {
            match kind {
                $(EventKind::$variant => Some(EventArea::$area),)+
                EventKind::Unspecified => None,
            }
        }

        impl Event {
            /// Returns the topic.
            #[must_use]
            pub const fn area(&self) -> EventArea {
                match self {
                    $(Self::$variant(_) => EventArea::$area,)+
                }
            }

            /// Returns how far it travels: progress stays on its node.
            #[must_use]
            pub const fn scope(&self) -> EventScope {
                match self {
                    $(Self::$variant(_) => EventScope::$scope,)+
                }
            }

            /// Returns whether it is stored: all are, except progress, which the next report replaces.
            #[must_use]
            pub const fn delivery(&self) -> EventDelivery {
                match self {
                    $(Self::$variant(_) => EventDelivery::$delivery,)+
                }
            }
        }

        $(impl From<$variant> for Event {
            fn from(payload: $variant) -> Self {
                Self::$variant(payload)
            }
        })+
    };
}

events! {
    /// Games of a config are stored and can be trained on.
    NewGamesAvailable: Selfplay, Cluster, Durable, one, 1;
    /// A slot of self-play ended what it was told to play.
    SelfplayComplete: Selfplay, Cluster, Durable, one, 1;
    /// A config should be played more, less or otherwise.
    SelfplayTargetUpdated: Selfplay, Cluster, Durable, one, 1;
    /// A piece of work waits to be done.
    WorkQueued: Selfplay, Cluster, Durable, one, 1;
    /// Enough new samples wait for a training run of a config.
    TrainingThresholdReached: Training, Cluster, Durable, one, 1;
    /// The samples of a training run lie ready.
    NpzExportComplete: Training, Cluster, Durable, one, 1;
    /// A training run began.
    TrainingStarted: Training, Cluster, Durable, one, 1;
    /// A training run got further.
    TrainingProgress: Training, Node, Transient, one, 1;
    /// A training run ended and produced a model.
    TrainingCompleted: Training, Cluster, Durable, one, 1;
    /// A training run ended without a model.
    TrainingFailed: Training, Cluster, Durable, one, 1;
    /// The loss of a training run is not what it should be.
    TrainingLossAnomaly: Training, Cluster, Durable, one, 1;
    /// A training run was refused because of the data.
    TrainingBlockedByQuality: Training, Cluster, Durable, one, 1;
    /// The games of a candidate against its champion began.
    EvaluationStarted: Evaluation, Node, Durable, one, 1;
    /// More of those games are decided.
    EvaluationProgress: Evaluation, Node, Transient, one, 1;
    /// The strength of a candidate is known.
    EvaluationCompleted: Evaluation, Cluster, Durable, one, 1;
    /// The strength of a candidate could not be established.
    EvaluationFailed: Evaluation, Cluster, Durable, one, 1;
    /// A rating changed by new games.
    EloUpdated: Evaluation, Cluster, Durable, one, 1;
    /// A candidate proved strong enough to be promoted.
    PromotionCandidate: Promotion, Cluster, Durable, one, 1;
    /// A candidate became the champion of its config.
    ModelPromoted: Promotion, Cluster, Durable, one, 1;
    /// A candidate was refused, or its promotion broke.
    PromotionFailed: Promotion, Cluster, Durable, one, 1;
    /// A champion plays worse than its config's best rating.
    RegressionDetected: Promotion, Cluster, Durable, one, 1;
    /// A champion that had regressed plays as well as it should again.
    RegressionCleared: Promotion, Cluster, Durable, one, 1;
    /// A config went back to an earlier champion.
    PromotionRolledBack: Promotion, Cluster, Durable, one, 1;
    /// A champion's model lies where it is needed.
    ModelDistributionComplete: Promotion, Cluster, Durable, one, 1;
    /// The shares of the configs in self-play changed.
    CurriculumRebalanced: Curriculum, Cluster, Durable, none, 1;
    /// A metric of a config stopped getting better.
    PlateauDetected: Curriculum, Cluster, Durable, one, 1;
    /// A config has made no progress for too long.
    ProgressStallDetected: Curriculum, Cluster, Durable, one, 1;
    /// A config gains again after a stall.
    ProgressRecovered: Curriculum, Cluster, Durable, one, 1;
    /// A champion beats an opponent so surely that games against it teach nothing.
    OpponentMastered: Curriculum, Cluster, Durable, one, 1;
    /// Feedback changed a parameter of a config.
    HyperparameterUpdated: Curriculum, Cluster, Durable, one, 1;
    /// A config should explore more for a while.
    ExplorationBoost: Curriculum, Cluster, Durable, one, 1;
    /// The quality of a config's newest games is known.
    QualityScoreUpdated: Quality, Cluster, Durable, one, 1;
    /// The quality of a config's games is too low, or could not be established.
    QualityCheckFailed: Quality, Cluster, Durable, one, 1;
    /// The comparison of a config's games passed, failed, or was passed over.
    ParityGateChanged: Quality, Cluster, Durable, one, 1;
    /// A transfer of data ended well.
    DataSyncCompleted: Data, Cluster, Durable, any, 1;
    /// A transfer of data failed.
    DataSyncFailed: Data, Cluster, Durable, any, 1;
    /// Training on older data was allowed, or is not any more.
    StaleTrainingFallback: Data, Cluster, Durable, any, 1;
    /// Stored data was found that nothing refers to.
    OrphanGamesDetected: Data, Cluster, Durable, none, 1;
    /// Orphans belong to the stored data again.
    OrphanGamesRegistered: Data, Cluster, Durable, none, 1;
    /// The stored data was looked through.
    IntegrityChecked: Data, Cluster, Durable, none, 1;
    /// A resource got short, or is no longer.
    ResourceConstraint: Resource, Cluster, Durable, none, 1;
    /// Memory is so short that new work waits.
    MemoryPressure: Resource, Cluster, Durable, none, 1;
    /// There is memory for new work again.
    MemoryPressureCleared: Resource, Cluster, Durable, none, 1;
    /// The disk fills up, or has room again.
    DiskSpaceLow: Resource, Cluster, Durable, none, 1;
    /// The disk was cleaned.
    DiskCleanupTriggered: Resource, Cluster, Durable, none, 1;
    /// A device has had nothing to do for a while.
    IdleResourceDetected: Resource, Cluster, Durable, none, 1;
    /// A daemon serves.
    DaemonStarted: System, Cluster, Durable, none, 1;
    /// A daemon ended and is not started again.
    DaemonStopped: System, Cluster, Durable, none, 1;
    /// A daemon fares otherwise than before.
    DaemonStatusChanged: System, Cluster, Durable, none, 1;
    /// A daemon failed too often and is left alone.
    DaemonPermanentlyFailed: System, Cluster, Durable, none, 1;
    /// So many daemons restarted that restarts wait.
    CascadeBreakerOpened: System, Cluster, Durable, none, 1;
    /// Daemons are started again, critical ones first.
    CascadeBreakerClosed: System, Cluster, Durable, none, 1;
    /// Events have lain among the dead letters for too long.
    DlqStaleEvents: System, Cluster, Durable, none, 1;
    /// Dead letters reached their subscribers after all.
    DlqEventsReplayed: System, Cluster, Durable, none, 1;
    /// Dead letters were dropped.
    DlqEventsPurged: System, Cluster, Durable, none, 1;
    /// A person should know of something that no other event tells.
    HealthAlert: System, Cluster, Durable, none, 1;
}

impl Event {
    /// Returns the wire name, in capitals.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind().as_str_name()
    }

    /// Returns the kind of a wire name in any case; names of critical flow that the old service had besides still find theirs.
    #[must_use]
    pub fn kind_named(name: &str) -> Option<EventKind> {
        match name.to_ascii_uppercase().as_str() {
            "CONSOLIDATION_COMPLETE" => Some(EventKind::NewGamesAvailable),
            "NPZ_COMBINATION_COMPLETE" => Some(EventKind::NpzExportComplete),
            name => EventKind::from_str_name(name).filter(|kind| *kind != EventKind::Unspecified),
        }
    }

    /// Hashes kind, key and payload: two events with the same hash tell the same thing.
    ///
    /// # Errors
    /// As [`Event::encode_payload`].
    pub fn dedup_key(&self) -> Result<Sha256Digest, DecodeError> {
        let key = self.config().map_or("", ConfigKey::as_str);
        let payload = self.encode_payload()?;
        Ok(Sha256Digest::of_parts(&[self.name().as_bytes(), key.as_bytes(), &payload]))
    }
}

fn check_version(event: &'static str, found: u16, known: u16) -> Result<(), DecodeError> {
    if found == known { Ok(()) } else { Err(DecodeError::UnknownPayload { event, found, known }) }
}

/// Encodes a value; `what` names it in an error.
pub(crate) fn encode<T: Serialize>(what: &'static str, value: &T) -> Result<Vec<u8>, DecodeError> {
    postcard::to_stdvec(value).map_err(|error| damaged(what, &error))
}

/// Decodes a value that must fill the bytes; `what` names it in an error.
pub(crate) fn decode<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, DecodeError> {
    let (value, rest) = postcard::take_from_bytes(bytes).map_err(|error| damaged(what, &error))?;
    if rest.is_empty() { Ok(value) } else { Err(DecodeError::TrailingBytes { what, extra: rest.len() }) }
}

fn damaged(what: &'static str, error: &dyn std::fmt::Display) -> DecodeError {
    DecodeError::Damaged { what, reason: error.to_string() }
}
