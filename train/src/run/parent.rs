//! The weights that a run starts from.

use std::fs;
use std::path::Path;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_onnx::{NetSpec, OptimizerState, ParamTable, read_initializers};
use sha2::{Digest as _, Sha256};

use super::checkpoint::Checkpoint;
use super::job::{JobParent, TrainingJob};
use crate::error::TrainError;
use crate::sealed_file::hex;

/// Stream of the generator that draws a random start.
const WEIGHTS_STREAM: u64 = u64::MAX;

/// Returns the state of the first step: a random start, the parent's weights, or where the parent's run ended.
pub(super) fn first_state(job: &TrainingJob, spec: &NetSpec) -> Result<OptimizerState, TrainError> {
    let table = ParamTable::new(spec);
    let Some(parent) = &job.parent else {
        let mut rng = ChaCha8Rng::seed_from_u64(job.seed);
        rng.set_stream(WEIGHTS_STREAM);
        return Ok(OptimizerState::fresh(table.init(&mut rng)));
    };
    if let Some(state) = parent.state.as_deref().and_then(|path| moments(path, parent, table.total())) {
        return Ok(state);
    }
    Ok(OptimizerState::fresh(weights(parent, &table)?))
}

/// Reads the state that the parent's run left; one that is damaged or of another network only costs the moments.
fn moments(path: &Path, parent: &JobParent, len: usize) -> Option<OptimizerState> {
    match Checkpoint::read(path) {
        Ok(found) if found.fingerprint != parent.sha256 => {
            tracing::warn!(path = %path.display(), "the parent's moments are of another model; going on from its weights");
            None
        }
        Ok(found) if found.state.parameters.len() == len => Some(found.state),
        Ok(_) => {
            tracing::warn!(path = %path.display(), "the parent's moments are of another network; going on from its weights");
            None
        }
        Err(error) => {
            tracing::warn!(%error, "the parent's moments cannot be read; going on from its weights");
            None
        }
    }
}

/// Reads the weights out of the parent's ONNX file.
fn weights(parent: &JobParent, table: &ParamTable) -> Result<Vec<f32>, TrainError> {
    let path = &parent.model;
    let bytes = fs::read(path).map_err(TrainError::io("read", path))?;
    let found = hex(&Sha256::digest(&bytes));
    if !found.eq_ignore_ascii_case(&parent.sha256) {
        return Err(TrainError::corrupt(
            path,
            format!("its hash is {found}, the job names {}", parent.sha256),
        ));
    }
    let stored = read_initializers(&bytes).map_err(|reason| TrainError::corrupt(path, reason))?;
    let mut parameters = Vec::with_capacity(table.total());
    for entry in table.entries() {
        match stored.get(&entry.name) {
            Some((_, values)) if values.len() == entry.len() => parameters.extend_from_slice(values),
            _ => {
                let reason =
                    format!("it has no tensor {} of {} values: another network", entry.name, entry.len());
                return Err(TrainError::corrupt(path, reason));
            }
        }
    }
    Ok(parameters)
}
