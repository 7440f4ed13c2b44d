//! Writing the model of a finished run.

use std::path::PathBuf;

use rr_onnx::{GraphOptions, ModelFile, ModelOrigin, NetSpec, OptimizerState};
use serde_json::json;

use super::job::TrainingJob;
use super::loss_parts::LossParts;
use crate::data::WindowSummary;
use crate::error::TrainError;

/// Name of the model in the run's folder.
const MODEL: &str = "model.onnx";

/// Names the files of a written model.
pub(super) struct ModelFiles {
    pub(super) model: PathBuf,
    pub(super) card: PathBuf,
    pub(super) sha256: String,
}

/// Writes the averaged weights as ONNX, with their card.
pub(super) fn publish(
    job: &TrainingJob,
    spec: &NetSpec,
    state: &OptimizerState,
    samples: u64,
    (window, losses, measured): (WindowSummary, LossParts, Option<LossParts>),
) -> Result<ModelFiles, TrainError> {
    let mut evaluation = serde_json::Map::new();
    evaluation.insert("training_losses".to_owned(), json!(losses));
    if let Some(measured) = measured {
        evaluation.insert("validation_losses".to_owned(), json!(measured));
    }
    let origin = ModelOrigin {
        configs: vec![job.config.key()],
        parent: job.parent.as_ref().map(|parent| parent.sha256.clone()),
        data: vec![format!(
            "run {}: window of {} samples of {} games, {} games kept back",
            job.job, window.samples, window.games, window.validation_games
        )],
        samples,
        training_steps: state.step,
        evaluation,
    };
    let model = ModelFile::build(spec, state.average.clone(), GraphOptions::cpu(spec), origin)?;
    let path = job.out_dir.join(MODEL);
    model.save(&path)?;
    Ok(ModelFiles { card: path.with_extension("json"), model: path, sha256: model.card().sha256.clone() })
}
