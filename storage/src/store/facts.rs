//! Small facts of this node under a name, as their owner packed them.

use super::{StoreSnapshot, StoreWrite, access};
use crate::{StorageError, StoredValue, tables::FACTS};

impl StoreWrite {
    /// Writes a fact.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn put_fact<T: StoredValue>(&mut self, name: &str, value: &T) -> Result<(), StorageError> {
        self.insert_packed(FACTS, name, value)
    }
}

impl StoreSnapshot {
    /// Reads a fact.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or the value is damaged.
    pub fn fact<T: StoredValue>(&self, name: &str) -> Result<Option<T>, StorageError> {
        access::get_packed(&self.table(FACTS)?, name, self.path())
    }
}
