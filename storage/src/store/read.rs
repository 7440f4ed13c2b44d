//! A consistent view of what is committed.

use std::{path::Path, sync::Arc};

use redb::{Key, ReadOnlyTable, ReadTransaction, TableDefinition, Value};

use crate::StorageError;

/// Reads what was committed when it was taken. It keeps old pages alive, and ends with its store: take it, read, drop it.
#[must_use]
pub struct StoreSnapshot {
    transaction: ReadTransaction,
    path: Arc<Path>,
}

impl StoreSnapshot {
    pub(super) fn new(transaction: ReadTransaction, path: Arc<Path>) -> Self {
        Self { transaction, path }
    }

    /// Opens a table.
    pub(super) fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'_, K, V>,
    ) -> Result<ReadOnlyTable<K, V>, StorageError> {
        self.transaction.open_table(definition).map_err(|error| StorageError::database(&self.path, error))
    }

    /// Returns the path of the database, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl std::fmt::Debug for StoreSnapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreSnapshot").field("path", &self.path).finish_non_exhaustive()
    }
}
