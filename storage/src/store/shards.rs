//! Shards: which games each one holds.

use rr_proto::{BlobId, ConfigKey};

use super::{StoreSnapshot, StoreWrite, access};
use crate::{ShardRow, StorageError, Versioned, tables::SHARDS};

impl StoreWrite {
    /// Records a shard; one that starts at the same game is replaced.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn put_shard(&mut self, shard: &ShardRow) -> Result<(), StorageError> {
        self.insert_packed(SHARDS, (shard.config.as_str(), shard.first_game), shard)
    }

    /// Forgets the shards of a config that start before a game, and returns their files, for deletion.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn drop_shards_before(
        &mut self,
        config: ConfigKey,
        first_game: u64,
    ) -> Result<Vec<BlobId>, StorageError> {
        let path = self.path();
        let fail = |error: redb::StorageError| StorageError::database(path, error);
        let mut table = self.table(SHARDS)?;
        let key = config.as_str();
        let old = access::scan(&table, (key, 0)..(key, first_game), usize::MAX, path, |_, bytes| {
            Versioned::unpack::<ShardRow>(bytes, path)
        })?;
        for shard in &old {
            table.remove((key, shard.first_game)).map_err(fail)?;
        }
        Ok(old.into_iter().map(|shard| shard.blob).collect())
    }
}

impl StoreSnapshot {
    /// Lists the shards of a config, oldest first.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn shards(&self, config: ConfigKey) -> Result<Vec<ShardRow>, StorageError> {
        let key = config.as_str();
        access::scan(&self.table(SHARDS)?, (key, 0)..=(key, u64::MAX), usize::MAX, self.path(), |_, bytes| {
            Versioned::unpack(bytes, self.path())
        })
    }
}
