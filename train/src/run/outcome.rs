//! What a run leaves behind.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::loss_parts::LossParts;

/// Describes a trained model and the files that it lies in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainedModel {
    /// The run.
    pub job: String,
    /// The ONNX file.
    pub model: PathBuf,
    /// SHA-256 of the ONNX file as hex: the model's name.
    pub sha256: String,
    /// The card beside it.
    pub card: PathBuf,
    /// Weights and moments, from which the next run goes on.
    pub state: PathBuf,
    /// Steps of this run.
    pub steps: u64,
    /// Steps of the model's whole life.
    pub total_steps: u64,
    /// Samples drawn, with repetition.
    pub samples_used: u64,
    /// Losses of the last steps.
    pub losses: LossParts,
    /// Losses of the averaged weights on the games kept back, where there were any.
    pub validation: Option<LossParts>,
    /// How often the run was rolled back.
    pub rollbacks: u32,
}

/// Says how a run ended when nothing failed.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEnd {
    /// It made all its steps.
    Completed(Box<TrainedModel>),
    /// It was asked to stop; the checkpoint holds this step.
    Stopped {
        /// The step that the checkpoint holds.
        step: u64,
    },
}
