//! Models: recorded once, listed by config in order of arrival.

use redb::ReadableTable as _;
use rr_proto::{ConfigKey, ModelId};

use super::{StoreSnapshot, StoreWrite, access};
use crate::{
    ModelAppend, ModelRow, StorageError, Versioned,
    tables::{MODEL_LOG, MODELS},
};

impl StoreWrite {
    /// Records a model whose file is stored as a blob.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn append_model(&mut self, model: &ModelRow) -> Result<ModelAppend, StorageError> {
        let path = self.path();
        let fail = |error: redb::StorageError| StorageError::database(path, error);
        let mut rows = self.table(MODELS)?;
        if rows.get(model.id.as_bytes()).map_err(fail)?.is_some() {
            return Ok(ModelAppend::Duplicate);
        }
        let mut log = self.table(MODEL_LOG)?;
        let sequence = access::next_sequence(&log, model.config.as_str(), path)?;
        rows.insert(model.id.as_bytes(), Versioned::pack(model)?.as_slice()).map_err(fail)?;
        log.insert((model.config.as_str(), sequence), model.id.as_bytes()).map_err(fail)?;
        Ok(ModelAppend::Stored)
    }

    /// Replaces the card of a recorded model, for instance with its evaluation. Returns whether the model is recorded.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn set_model_card(&mut self, id: ModelId, card_json: String) -> Result<bool, StorageError> {
        let row: Option<ModelRow> = access::get_packed(&self.table(MODELS)?, id.as_bytes(), self.path())?;
        let Some(mut row) = row else { return Ok(false) };
        row.card_json = card_json;
        self.insert_packed(MODELS, id.as_bytes(), &row)?;
        Ok(true)
    }
}

impl StoreSnapshot {
    /// Describes a model.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or the row is damaged.
    pub fn model(&self, id: ModelId) -> Result<Option<ModelRow>, StorageError> {
        access::get_packed(&self.table(MODELS)?, id.as_bytes(), self.path())
    }

    /// Lists the models of a config, oldest first.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or a row is damaged.
    pub fn models(&self, config: ConfigKey) -> Result<Vec<ModelRow>, StorageError> {
        let key = config.as_str();
        let rows = self.table(MODELS)?;
        access::scan(&self.table(MODEL_LOG)?, (key, 0)..=(key, u64::MAX), usize::MAX, self.path(), |_, id| {
            access::get_packed(&rows, id, self.path())?.ok_or_else(|| {
                StorageError::corrupt_database(self.path(), "a model is listed that is not described")
            })
        })
    }
}
