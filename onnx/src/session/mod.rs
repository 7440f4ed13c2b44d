//! ONNX Runtime: the loaded library, execution providers, and sessions for inference and for training.

mod batch;
mod batch_range;
mod evaluator;
mod inference;
mod library;
#[cfg(test)]
pub(crate) mod probe;
mod provider;
mod state;
mod train_step;

#[cfg(test)]
mod tests;

pub use batch::StepBatch;
pub use evaluator::SessionEvaluator;
pub use inference::{InferenceSession, Predictions};
pub use library::Runtime;
pub use provider::{Provider, ProviderChoice, SessionOptions, SkippedProvider};
pub use state::OptimizerState;
pub use train_step::{StepOptions, StepRates, StepReport, TrainStep};
