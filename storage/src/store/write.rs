//! A transaction: what is written in it becomes durable together or not at all.

use std::{path::Path, sync::Arc};

use redb::{Key, Table, TableDefinition, Value, WriteTransaction};

use crate::{
    StorageError, StoredValue, Versioned,
    tables::{
        CHAMPIONS, CHECKPOINTS, CONFIG_STATES, DEAD_LETTERS, EVENT_COUNTERS, EVENT_CURSORS, EVENT_HASH_ORDER,
        EVENT_HASHES, EVENTS, FACTS, GAME_LOG, GAME_RECORDS, GAMES, HOUSE, JOBS, MATCH_IDS, MATCHES, META,
        MODEL_LOG, MODELS, SCHEMA_VERSION, SHARDS,
    },
};

/// Collects the writes of one transaction. [`Store::write`](super::Store::write) hands it out and commits it.
pub struct StoreWrite {
    transaction: WriteTransaction,
    path: Arc<Path>,
    pub(super) dedup_window: u64,
}

impl StoreWrite {
    pub(super) fn new(transaction: WriteTransaction, path: Arc<Path>, dedup_window: u64) -> Self {
        Self { transaction, path, dedup_window }
    }

    /// Opens a table.
    pub(super) fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'_, K, V>,
    ) -> Result<Table<'_, K, V>, StorageError> {
        self.transaction.open_table(definition).map_err(|error| StorageError::database(&self.path, error))
    }

    /// Packs a value and inserts it.
    pub(super) fn insert_packed<'k, K: Key + 'static, T: StoredValue>(
        &self,
        definition: TableDefinition<'_, K, &'static [u8]>,
        key: K::SelfType<'k>,
        value: &T,
    ) -> Result<(), StorageError> {
        let bytes = Versioned::pack(value)?;
        self.table(definition)?
            .insert(key, bytes.as_slice())
            .map_err(|error| StorageError::database(&self.path, error))?;
        Ok(())
    }

    /// Returns the path of the database, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn commit(self) -> Result<(), StorageError> {
        let Self { transaction, path, .. } = self;
        transaction.commit().map_err(|error| StorageError::database(&path, error))
    }

    pub(super) fn abort(self) {
        if let Err(error) = self.transaction.abort() {
            tracing::warn!(path = %self.path.display(), %error, "a transaction could not be aborted cleanly");
        }
    }

    /// Makes every table, so that a snapshot finds them, and writes the schema version.
    pub(super) fn create_tables(&mut self) -> Result<(), StorageError> {
        self.table(GAMES)?;
        self.table(GAME_RECORDS)?;
        self.table(GAME_LOG)?;
        self.table(SHARDS)?;
        self.table(MODELS)?;
        self.table(MODEL_LOG)?;
        self.table(CHAMPIONS)?;
        self.table(MATCHES)?;
        self.table(MATCH_IDS)?;
        self.table(CONFIG_STATES)?;
        self.table(JOBS)?;
        self.table(CHECKPOINTS)?;
        self.table(EVENTS)?;
        self.table(EVENT_COUNTERS)?;
        self.table(EVENT_HASHES)?;
        self.table(EVENT_HASH_ORDER)?;
        self.table(EVENT_CURSORS)?;
        self.table(DEAD_LETTERS)?;
        self.table(FACTS)?;
        let mut meta = self.table(META)?;
        for (key, value) in [("house", HOUSE), ("schema", &SCHEMA_VERSION.to_le_bytes())] {
            meta.insert(key, value).map_err(|error| StorageError::database(&self.path, error))?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for StoreWrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreWrite").field("path", &self.path).finish_non_exhaustive()
    }
}
