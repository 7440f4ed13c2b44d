//! The sections of the configuration, one file each. A section names its keys, their meaning and their defaults in one place.

#[macro_use]
mod define;

mod budget;
mod devices;
mod evaluation;
mod events;
mod feedback;
mod keeping;
mod limits;
mod log;
mod memory;
mod net;
mod node;
mod pass;
mod promotion;
mod quality;
mod scheduler;
mod search;
mod selfplay;
mod server;
mod storage;
mod supervision;
mod sync;
mod trace;
mod training;

pub use budget::BudgetSection;
pub use define::{KeyDoc, SectionDoc};
pub use devices::{DevicesSection, ExecutionProvider};
pub use evaluation::EvaluationSection;
pub use events::EventsSection;
pub use feedback::FeedbackSection;
pub use keeping::KeepingSection;
pub use limits::LimitsSection;
pub use log::{LogFormat, LogLevel, LogSection};
pub use memory::MemorySection;
pub use net::{NetSection, NetShape};
pub use node::{NodeRole, NodeSection};
pub use pass::LoopSection;
pub use promotion::{AnchorFloor, FloorGate, PromotionSection};
pub use quality::QualitySection;
pub use scheduler::SchedulerSection;
pub use search::SearchSection;
pub use selfplay::{SelfplaySection, WhileTraining};
pub use server::ServerSection;
pub use storage::StorageSection;
pub use supervision::SupervisionSection;
pub use sync::SyncSection;
pub use trace::TraceSection;
pub use training::{TrainingPrecision, TrainingSection};
