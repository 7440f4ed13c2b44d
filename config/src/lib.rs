//! Typed configuration sections and the layers they are read from.
//!
//! - [`Settings`] holds every section; each section's file has its keys, meanings, defaults and rules.
//! - [`ConfigLayers`] reads defaults, file, environment and flags into [`LoadedSettings`], which knows the [`Origin`] of every value.
//! - [`ConfigErrors`] lists all that is wrong, each with the key, where it came from and the nearest right one.
//! - [`configuration_manual`] writes `docs/configuration.md`.

mod check;
mod error;
mod keys;
mod layers;
mod loaded;
mod manual;
mod nearest;
mod origin;
mod otel;
mod section;
mod settings;
mod text;

pub use error::{ConfigError, ConfigErrors};
pub use layers::ConfigLayers;
pub use loaded::{KeyChange, LoadedSettings, OriginRow};
pub use manual::configuration_manual;
pub use nearest::nearest;
pub use origin::Origin;

pub use section::{
    AnchorFloor, BudgetSection, DevicesSection, EvaluationSection, EventsSection, ExecutionProvider,
    FeedbackSection, FloorGate, KeepingSection, KeyDoc, LimitsSection, LogFormat, LogLevel, LogSection,
    LoopSection, MemorySection, NetSection, NetShape, NodeRole, NodeSection, PromotionSection,
    QualitySection, SchedulerSection, SearchSection, SectionDoc, SelfplaySection, ServerSection,
    StorageSection, SupervisionSection, SyncSection, TraceSection, TrainingPrecision, TrainingSection,
    WhileTraining,
};
pub use settings::Settings;
