//! A training run: its job, its loop, its checkpoints, what it tells and what it leaves behind.

mod checkpoint;
mod control;
mod finish;
mod guard;
mod job;
mod loader;
mod loss_parts;
mod outcome;
mod parent;
mod progress;
mod publish;
mod schedule;
mod settings;
mod trainer;

pub use checkpoint::Checkpoint;
pub use control::RunControl;
pub use guard::LossGuard;
pub use job::{JobData, JobParent, TrainingJob};
pub use loss_parts::LossParts;
pub use outcome::{RunEnd, TrainedModel};
pub use progress::TrainerLine;
pub use schedule::LearningSchedule;
pub use settings::TrainSettings;
pub use trainer::run_training;
