//! Typed configuration sections and the layers they are read from.
//!
//! [`Settings`] holds every section; each section's file has its keys, meanings, defaults and rules.

mod check;
mod nearest;
mod section;
mod settings;

pub use section::{
    AnchorFloor, BudgetSection, DevicesSection, EvaluationSection, EventsSection, ExecutionProvider,
    FloorGate, KeyDoc, LogFormat, LogLevel, LogSection, LoopSection, NetSection, NetShape, NodeRole,
    NodeSection, PromotionSection, SchedulerSection, SearchSection, SectionDoc, SelfplaySection,
    ServerSection, StorageSection, SupervisionSection, SyncSection, TrainingPrecision, TrainingSection,
};
pub use settings::Settings;
