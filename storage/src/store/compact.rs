//! Making the file of the database smaller.

use std::{fs, sync::PoisonError};

use super::open::{Opened, Store, shared};
use crate::StorageError;

/// Says what came of a compaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Compaction {
    /// The file was rewritten.
    Done {
        /// Its length before.
        before: u64,
        /// Its length after.
        after: u64,
    },
    /// Too little of it is unused.
    NotWorthIt {
        /// Its length.
        bytes: u64,
    },
    /// Somebody reads or writes: try again.
    Busy,
}

impl Store {
    /// Gives the file system back what the database no longer uses, where that is at least `worth` of its bytes. It rewrites pages and blocks
    /// all others for that time.
    ///
    /// # Errors
    /// [`StorageError::Refused`] where the database is open for reading only; [`StorageError`] where the disk fails.
    pub fn compact(&self, worth: f64) -> Result<Compaction, StorageError> {
        let Opened::Writable(database) = &self.database else {
            let reason = "the database is open for reading only".to_owned();
            return Err(StorageError::Refused { what: "a compaction", reason });
        };
        let size = || {
            let read = |error| StorageError::io("read", &self.path, error);
            fs::metadata(&*self.path).map(|file| file.len()).map_err(read)
        };
        let fail = |error: redb::Error| StorageError::database(&self.path, error);
        let before = size()?;
        let stored = {
            let transaction = shared(database).begin_write().map_err(|error| fail(error.into()))?;
            let stats = transaction.stats().map_err(|error| fail(error.into()));
            transaction.abort().map_err(|error| fail(error.into()))?;
            let stats = stats?;
            stats.stored_bytes() + stats.metadata_bytes()
        };
        if (before.saturating_sub(stored) as f64) < before as f64 * worth {
            return Ok(Compaction::NotWorthIt { bytes: before });
        }
        let mut database = database.write().unwrap_or_else(PoisonError::into_inner);
        match database.compact() {
            Ok(_) => Ok(Compaction::Done { before, after: size()? }),
            Err(redb::CompactionError::TransactionInProgress) => Ok(Compaction::Busy),
            Err(error) => Err(fail(error.into())),
        }
    }
}
