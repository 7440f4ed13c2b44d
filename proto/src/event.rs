//! The events of the house: one enum. Name, area, scope and delivery are exhaustive matches, so that a new event cannot forget one.

mod evaluation;
mod promotion;
mod selfplay;
mod training;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

use serde::{Serialize, de::DeserializeOwned};

pub use evaluation::{
    EvaluationCompleted, EvaluationFailed, EvaluationProgress, EvaluationStarted, MatchTally, OpponentTally,
    SprtProgress, SprtVerdict,
};
pub use promotion::{
    CurriculumRebalanced, CurriculumWeight, ModelPromoted, PromotionFailed, RegressionDetected,
    RegressionLevel,
};
pub use selfplay::NewGamesAvailable;
pub use training::{
    FailureNote, TrainingCompleted, TrainingFailed, TrainingLosses, TrainingProgress, TrainingStarted,
    TrainingThresholdReached, TrainingTrigger,
};

use crate::{ConfigKey, DecodeError, EventKind, Sha256Digest};

/// Groups events into the topics that subscribers choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventArea {
    /// Games come in.
    Selfplay,
    /// Networks are trained.
    Training,
    /// Candidates are measured.
    Evaluation,
    /// Champions change.
    Promotion,
    /// The shares of the configs change.
    Curriculum,
}

/// Says how far an event travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventScope {
    /// It stays on the node that raised it.
    Node,
    /// Every node hears of it.
    Cluster,
}

/// Says what a subscriber that was away still gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventDelivery {
    /// Who listens now gets it; nothing is stored.
    Transient,
    /// It is stored with what caused it and reaches every subscriber, from its cursor on.
    Durable,
}

/// Defines the enum and the parts of it that differ only in the name of a variant.
macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $kind:ident, version $version:literal;)+) => {
        /// Tells that something happened.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event {
            $($(#[$doc])* $variant($variant),)+
        }

        impl Event {
            /// Returns the wire number and name.
            #[must_use]
            pub const fn kind(&self) -> EventKind {
                match self {
                    $(Self::$variant(_) => EventKind::$kind,)+
                }
            }

            /// Returns the version of the payload's layout.
            #[must_use]
            pub const fn payload_version(&self) -> u16 {
                match self {
                    $(Self::$variant(_) => $version,)+
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
                    $(EventKind::$kind => {
                        check_version(kind.as_str_name(), version, $version)?;
                        decode(kind.as_str_name(), bytes).map(Self::$variant)
                    })+
                    EventKind::Unspecified => Err(DecodeError::UnknownKind { number: kind as i32 }),
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
    NewGamesAvailable = NewGamesAvailable, version 1;
    /// Enough new samples wait for a training run of a config.
    TrainingThresholdReached = TrainingThresholdReached, version 1;
    /// A training run began.
    TrainingStarted = TrainingStarted, version 1;
    /// A training run got further.
    TrainingProgress = TrainingProgress, version 1;
    /// A training run ended and produced a model.
    TrainingCompleted = TrainingCompleted, version 1;
    /// A training run ended without a model.
    TrainingFailed = TrainingFailed, version 1;
    /// The games of a candidate against its champion began.
    EvaluationStarted = EvaluationStarted, version 1;
    /// More of those games are decided.
    EvaluationProgress = EvaluationProgress, version 1;
    /// The strength of a candidate is known.
    EvaluationCompleted = EvaluationCompleted, version 1;
    /// The strength of a candidate could not be established.
    EvaluationFailed = EvaluationFailed, version 1;
    /// A candidate became the champion of its config.
    ModelPromoted = ModelPromoted, version 1;
    /// A candidate was refused, or its promotion broke.
    PromotionFailed = PromotionFailed, version 1;
    /// A champion plays worse than its config's best rating.
    RegressionDetected = RegressionDetected, version 1;
    /// The shares of the configs in self-play changed.
    CurriculumRebalanced = CurriculumRebalanced, version 1;
}

impl Event {
    /// Returns the wire name, in capitals.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind().as_str_name()
    }

    /// Returns the topic.
    #[must_use]
    pub const fn area(&self) -> EventArea {
        match self {
            Self::NewGamesAvailable(_) => EventArea::Selfplay,
            Self::TrainingThresholdReached(_)
            | Self::TrainingStarted(_)
            | Self::TrainingProgress(_)
            | Self::TrainingCompleted(_)
            | Self::TrainingFailed(_) => EventArea::Training,
            Self::EvaluationStarted(_)
            | Self::EvaluationProgress(_)
            | Self::EvaluationCompleted(_)
            | Self::EvaluationFailed(_) => EventArea::Evaluation,
            Self::ModelPromoted(_) | Self::PromotionFailed(_) | Self::RegressionDetected(_) => {
                EventArea::Promotion
            }
            Self::CurriculumRebalanced(_) => EventArea::Curriculum,
        }
    }

    /// Returns how far it travels: progress stays on its node.
    #[must_use]
    pub const fn scope(&self) -> EventScope {
        match self {
            Self::TrainingProgress(_) | Self::EvaluationStarted(_) | Self::EvaluationProgress(_) => {
                EventScope::Node
            }
            Self::NewGamesAvailable(_)
            | Self::TrainingThresholdReached(_)
            | Self::TrainingStarted(_)
            | Self::TrainingCompleted(_)
            | Self::TrainingFailed(_)
            | Self::EvaluationCompleted(_)
            | Self::EvaluationFailed(_)
            | Self::ModelPromoted(_)
            | Self::PromotionFailed(_)
            | Self::RegressionDetected(_)
            | Self::CurriculumRebalanced(_) => EventScope::Cluster,
        }
    }

    /// Returns whether it is stored: all are, except progress, which the next report replaces.
    #[must_use]
    pub const fn delivery(&self) -> EventDelivery {
        match self {
            Self::TrainingProgress(_) | Self::EvaluationProgress(_) => EventDelivery::Transient,
            Self::NewGamesAvailable(_)
            | Self::TrainingThresholdReached(_)
            | Self::TrainingStarted(_)
            | Self::TrainingCompleted(_)
            | Self::TrainingFailed(_)
            | Self::EvaluationStarted(_)
            | Self::EvaluationCompleted(_)
            | Self::EvaluationFailed(_)
            | Self::ModelPromoted(_)
            | Self::PromotionFailed(_)
            | Self::RegressionDetected(_)
            | Self::CurriculumRebalanced(_) => EventDelivery::Durable,
        }
    }

    /// Returns the config that it is about; none for what concerns all of them.
    #[must_use]
    pub const fn config(&self) -> Option<ConfigKey> {
        match self {
            Self::NewGamesAvailable(payload) => Some(payload.config),
            Self::TrainingThresholdReached(payload) => Some(payload.config),
            Self::TrainingStarted(payload) => Some(payload.config),
            Self::TrainingProgress(payload) => Some(payload.config),
            Self::TrainingCompleted(payload) => Some(payload.config),
            Self::TrainingFailed(payload) => Some(payload.config),
            Self::EvaluationStarted(payload) => Some(payload.config),
            Self::EvaluationProgress(payload) => Some(payload.config),
            Self::EvaluationCompleted(payload) => Some(payload.config),
            Self::EvaluationFailed(payload) => Some(payload.config),
            Self::ModelPromoted(payload) => Some(payload.config),
            Self::PromotionFailed(payload) => Some(payload.config),
            Self::RegressionDetected(payload) => Some(payload.config),
            Self::CurriculumRebalanced(_) => None,
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
    postcard::to_stdvec(value).map_err(|error| DecodeError::Damaged { what, reason: error.to_string() })
}

/// Decodes a value that must fill the bytes; `what` names it in an error.
pub(crate) fn decode<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, DecodeError> {
    let (value, rest) = postcard::take_from_bytes(bytes)
        .map_err(|error| DecodeError::Damaged { what, reason: error.to_string() })?;
    if rest.is_empty() { Ok(value) } else { Err(DecodeError::TrailingBytes { what, extra: rest.len() }) }
}
