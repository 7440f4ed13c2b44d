//! Checkpoints: all that a run needs to go on as if it had never stopped.

use std::fs;
use std::path::{Path, PathBuf};

use rr_onnx::OptimizerState;
use serde::{Deserialize, Serialize};

use super::guard::LossGuard;
use super::loss_parts::LossParts;
use crate::error::TrainError;
use crate::sealed_file::{FileKind, read_sealed, write_sealed};

const KIND: FileKind = FileKind { magic: *b"RRCKPT1\n", format: 1, name: "checkpoint of a training run" };
const NEWEST: &str = "checkpoint.rrc";
const BEFORE: &str = "checkpoint.before.rrc";

/// Holds the state of a run between two steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// What the run trains on and how; a checkpoint of another run is refused.
    pub fingerprint: String,
    /// Steps of this run that are done.
    pub step: u64,
    /// Number of the next batch; runs ahead of the steps where batches were skipped. It is all the randomness there is.
    pub batch: u64,
    /// Rollbacks so far.
    pub rollbacks: u32,
    /// Part of the learning rate that is left after rollbacks.
    pub rate_scale: f64,
    /// The running mean of the loss.
    pub guard: LossGuard,
    /// Losses of late: what a run that has no step left to make says of itself.
    pub losses: LossParts,
    /// Weights, moments, averaged weights.
    pub state: OptimizerState,
}

#[derive(Serialize, Deserialize)]
struct Head {
    fingerprint: String,
    step: u64,
    batch: u64,
    rollbacks: u32,
    rate_scale: f64,
    guard: LossGuard,
    optimizer_step: u64,
    len: u64,
}

impl Checkpoint {
    /// Writes the checkpoint into a folder; the one before is kept beside it.
    ///
    /// # Errors
    /// When the disk does not take it; the one before is then still there.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let newest = folder.join(NEWEST);
        let body = self.encode().map_err(|e| TrainError::corrupt(&newest, e))?;
        if newest.exists() {
            let before = folder.join(BEFORE);
            fs::rename(&newest, &before).map_err(TrainError::io("keep", &before))?;
        }
        write_sealed(&newest, &KIND, &body).map(|_| ())
    }

    /// Writes the checkpoint to one file.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn write(&self, path: &Path) -> Result<(), TrainError> {
        let body = self.encode().map_err(|e| TrainError::corrupt(path, e))?;
        write_sealed(path, &KIND, &body).map(|_| ())
    }

    fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        let head = Head {
            fingerprint: self.fingerprint.clone(),
            step: self.step,
            batch: self.batch,
            rollbacks: self.rollbacks,
            rate_scale: self.rate_scale,
            guard: self.guard.clone(),
            optimizer_step: self.state.step,
            len: self.state.parameters.len() as u64,
        };
        let mut body = postcard::to_stdvec(&head)?;
        // Behind the head, where builds that know nothing of it read no further.
        body.extend(postcard::to_stdvec(&self.losses)?);
        body.splice(0..0, (body.len() as u32).to_le_bytes());
        let state = &self.state;
        for vector in [&state.parameters, &state.mean, &state.square, &state.average] {
            body.extend(vector.iter().flat_map(|v| v.to_le_bytes()));
        }
        Ok(body)
    }

    /// Reads the newest whole checkpoint of a folder; `None` where there is none.
    ///
    /// # Errors
    /// When the one there is belongs to another run. A damaged one is passed over with a warning.
    pub fn load(folder: &Path, fingerprint: &str) -> Result<Option<Self>, TrainError> {
        for name in [NEWEST, BEFORE] {
            let path = folder.join(name);
            if !path.exists() {
                continue;
            }
            match Self::read(&path) {
                Ok(found) if found.fingerprint == fingerprint => return Ok(Some(found)),
                Ok(_) => {
                    let reason = "its data or its settings are others".to_owned();
                    return Err(TrainError::ForeignCheckpoint { path, reason });
                }
                Err(error) => tracing::warn!(%error, "a checkpoint is passed over"),
            }
        }
        Ok(None)
    }

    /// Reads one checkpoint file.
    ///
    /// # Errors
    /// When it is missing, truncated, foreign or corrupt.
    pub fn read(path: &Path) -> Result<Self, TrainError> {
        let (body, _) = read_sealed(path, &KIND)?;
        let bad = |reason: &str| TrainError::corrupt(path, reason);
        let (size, rest) = body.split_first_chunk::<4>().ok_or_else(|| bad("it has no head"))?;
        let size = u32::from_le_bytes(*size) as usize;
        let head = rest.get(..size).ok_or_else(|| bad("its head is cut off"))?;
        let (head, more) =
            postcard::take_from_bytes::<Head>(head).map_err(|e| TrainError::corrupt(path, e))?;
        let losses = postcard::from_bytes(more).unwrap_or_default(); // an older build wrote none
        let (numbers, odd) = rest[size..].as_chunks::<4>();
        let len = numbers.len() / 4;
        if !odd.is_empty() || numbers.len() % 4 != 0 || len as u64 != head.len {
            return Err(bad("its vectors have other lengths than it says"));
        }
        let vector =
            |i: usize| numbers[i * len..(i + 1) * len].iter().map(|b| f32::from_le_bytes(*b)).collect();
        let state = OptimizerState {
            parameters: vector(0),
            mean: vector(1),
            square: vector(2),
            average: vector(3),
            step: head.optimizer_step,
        };
        let Head { fingerprint, step, batch, rollbacks, rate_scale, guard, .. } = head;
        Ok(Self { fingerprint, step, batch, rollbacks, rate_scale, guard, losses, state })
    }

    /// Names the files that a folder's checkpoints lie in, newest first.
    pub fn files(folder: &Path) -> [PathBuf; 2] {
        [folder.join(NEWEST), folder.join(BEFORE)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(step: u64) -> Checkpoint {
        let mut state = OptimizerState::fresh(vec![1.5, -2.25, f32::MIN_POSITIVE]);
        state.step = 100 + step;
        state.average[1] = 7.0;
        let mut guard = LossGuard::new(3.0);
        guard.watch(1.0).unwrap();
        Checkpoint {
            fingerprint: "a".into(),
            step,
            batch: step + 3,
            rollbacks: 1,
            rate_scale: 0.5,
            guard,
            losses: LossParts { total: 2.5, value: 0.25, ..LossParts::default() },
            state,
        }
    }

    #[test]
    fn round_trips_and_keeps_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Checkpoint::load(folder.path(), "a").unwrap(), None);
        checkpoint(1).save(folder.path()).unwrap();
        checkpoint(2).save(folder.path()).unwrap();
        assert_eq!(Checkpoint::load(folder.path(), "a").unwrap(), Some(checkpoint(2)));
        let newest = &Checkpoint::files(folder.path())[0];
        let bytes = fs::read(newest).unwrap();
        fs::write(newest, &bytes[..bytes.len() / 2]).unwrap();
        assert_eq!(Checkpoint::load(folder.path(), "a").unwrap(), Some(checkpoint(1)));
    }

    #[test]
    fn a_checkpoint_of_another_run_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        checkpoint(1).save(folder.path()).unwrap();
        let error = Checkpoint::load(folder.path(), "b").unwrap_err().to_string();
        assert!(error.contains("belongs to another run"), "{error}");
    }
}
