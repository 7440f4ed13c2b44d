//! Champions: pointers that move by compare-and-set.

use rr_proto::{ConfigKey, ModelId};

use super::{StoreSnapshot, StoreWrite, access};
use crate::{
    Champion, ChampionRow, ChampionSwap, StorageError,
    tables::{CHAMPIONS, MODELS},
};

impl StoreWrite {
    /// Makes `next` the champion, if the champion still is `expected`.
    ///
    /// # Errors
    /// [`StorageError::Refused`] where `next` is no recorded model; [`StorageError`] where the database fails.
    pub fn swap_champion(
        &mut self,
        config: ConfigKey,
        expected: Option<ModelId>,
        next: &ChampionRow,
    ) -> Result<ChampionSwap, StorageError> {
        let current: Option<ChampionRow> =
            access::get_packed(&self.table(CHAMPIONS)?, config.as_str(), self.path())?;
        if let Some(row) = &current
            && row.model == next.model
            && row.evaluation == next.evaluation
            && row.generation == next.generation
        {
            return Ok(ChampionSwap::Already);
        }
        let current = current.map(|row| row.model);
        if current != expected {
            return Ok(ChampionSwap::Lost { current });
        }
        if access::get(&self.table(MODELS)?, next.model.as_bytes(), self.path(), |_| ())?.is_none() {
            return Err(StorageError::Refused {
                what: "a champion",
                reason: format!("model {} is not recorded; record it first", next.model),
            });
        }
        self.insert_packed(CHAMPIONS, config.as_str(), next)?;
        Ok(ChampionSwap::Moved)
    }
}

impl StoreSnapshot {
    /// Returns the champion of a config.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or the row is damaged.
    pub fn champion(&self, config: ConfigKey) -> Result<Option<ChampionRow>, StorageError> {
        access::get_packed(&self.table(CHAMPIONS)?, config.as_str(), self.path())
    }

    /// Lists the champions of all configs that have one.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or a row is damaged.
    pub fn champions(&self) -> Result<Vec<Champion>, StorageError> {
        ConfigKey::ALL
            .into_iter()
            .filter_map(|config| {
                self.champion(config).map(|row| row.map(|row| Champion { config, row })).transpose()
            })
            .collect()
    }
}
