//! The state of each board config, guarded by a revision.

use rr_proto::ConfigKey;

use super::{StoreSnapshot, StoreWrite, access};
use crate::{ConfigStateRow, StateWrite, StorageError, tables::CONFIG_STATES};

impl StoreWrite {
    /// Writes a state, if the stored revision still is `expected` (0 where none is stored).
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or the stored row is damaged.
    pub fn put_config_state(
        &mut self,
        config: ConfigKey,
        expected: u64,
        fold_version: u16,
        state: Vec<u8>,
    ) -> Result<StateWrite, StorageError> {
        let stored: Option<ConfigStateRow> =
            access::get_packed(&self.table(CONFIG_STATES)?, config.as_str(), self.path())?;
        let current = stored.map_or(0, |row| row.revision);
        if current != expected {
            return Ok(StateWrite::Stale { current });
        }
        let revision = current + 1;
        self.insert_packed(
            CONFIG_STATES,
            config.as_str(),
            &ConfigStateRow { revision, fold_version, state },
        )?;
        Ok(StateWrite::Written { revision })
    }
}

impl StoreSnapshot {
    /// Returns the state of a config.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or the row is damaged.
    pub fn config_state(&self, config: ConfigKey) -> Result<Option<ConfigStateRow>, StorageError> {
        access::get_packed(&self.table(CONFIG_STATES)?, config.as_str(), self.path())
    }
}
