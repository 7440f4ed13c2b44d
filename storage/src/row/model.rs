//! Models: their cards and their lineage. The file itself is a blob of the same hash.

use rr_proto::{ConfigKey, Generation, ModelId, TrainingSteps, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::StoredValue;

/// Describes a stored model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelRow {
    /// The hash of the model file.
    pub id: ModelId,
    /// Which config it was trained for.
    pub config: ConfigKey,
    /// The model it went on from; none for a random start.
    pub parent: Option<ModelId>,
    /// How many champions lie before it in its line.
    pub generation: Generation,
    /// Optimizer steps of its whole life.
    pub steps: TrainingSteps,
    /// When it was made.
    pub created_at: UnixMillis,
    /// The length of the model file.
    pub file_bytes: u64,
    /// The model card, as its writer encoded it.
    pub card_json: String,
}

impl StoredValue for ModelRow {
    const NAME: &'static str = "model";
    const VERSION: u16 = 1;
}

/// Says what became of a model that was to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum ModelAppend {
    /// It is recorded.
    Stored,
    /// It was recorded before; nothing changed.
    Duplicate,
}
