//! The folder of champions under their lasting names. It blocks on the disk.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use rr_onnx::{ModelFile, OnnxError};
use rr_proto::{BlobId, ConfigKey, ModelId};
use rr_storage::{BlobStore, DataLayout, ModelRow, StorageError};

use crate::error::{BusFailure, StoreFailure};

/// Why a champion's model does not lie where it is needed.
#[derive(Debug, thiserror::Error)]
pub enum DistributionFailure {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// The file is gone or damaged, or the copy could not be written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// File and card don't fit, or hold no network of this program.
    #[error(transparent)]
    Model(#[from] OnnxError),
    /// A champion is no recorded model.
    #[error("the champion {0} is not recorded; roll it back, or record it again by its card")]
    Unrecorded(ModelId),
    /// The event could not be stored.
    #[error(transparent)]
    Bus(#[from] BusFailure),
    /// The thread that writes was lost.
    #[error("the thread that writes was lost")]
    Lost,
}

/// Publishes champions' models; cheap to clone.
#[derive(Clone)]
pub struct ModelRegistry {
    /// Files named by their hash.
    pub blobs: Arc<BlobStore>,
    /// Where the copies go.
    pub layout: DataLayout,
}

impl ModelRegistry {
    /// Returns the lasting name of a config's champion; its card lies beside it as `.json`.
    pub fn path(&self, config: ConfigKey) -> PathBuf {
        self.layout.models().join(format!("champion_{config}.onnx"))
    }

    /// Tells, without reading the weights, whether the copy of a config is of this model: by its card and its length.
    pub fn has(&self, config: ConfigKey, row: &ModelRow) -> bool {
        let path = self.path(config);
        let length = fs::metadata(&path).map(|file| file.len()).ok();
        let card = fs::read_to_string(path.with_extension("json")).ok();
        length == Some(row.file_bytes) && card.as_deref() == Some(row.card_json.as_str())
    }

    /// Reads a model's file, checks it against its hash and its card, and publishes both under the lasting name. A file that is gone or damaged comes
    /// back from the copy, where that is of the same model.
    ///
    /// # Errors
    /// [`DistributionFailure`]; the copy of the champion before stands then.
    pub fn publish(&self, config: ConfigKey, row: &ModelRow) -> Result<(), DistributionFailure> {
        let blob = BlobId::from(row.id);
        let _pin = self.blobs.pin(blob);
        let bytes = match self.blobs.get(blob) {
            Err(StorageError::MissingBlob { .. } | StorageError::CorruptBlob { .. })
                if self.restore(config, blob)? =>
            {
                self.blobs.get(blob)?
            }
            read => read?,
        };
        let model = ModelFile::from_bytes(row.card_json.as_bytes(), bytes)?;
        let path = self.path(config);
        // The card comes last: a reader that finds the new file beside the old card refuses both and looks again.
        self.layout.publish(&path, model.onnx())?;
        self.layout.publish(&path.with_extension("json"), row.card_json.as_bytes())?;
        Ok(())
    }

    fn restore(&self, config: ConfigKey, blob: BlobId) -> Result<bool, StorageError> {
        let Ok(bytes) = fs::read(self.path(config)) else { return Ok(false) };
        if BlobId::of(&bytes) != blob {
            return Ok(false);
        }
        self.blobs.put(&bytes)?;
        tracing::warn!(%config, %blob, "a champion's lost file was put back from its copy");
        Ok(true)
    }
}
