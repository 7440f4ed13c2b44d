//! Which files the database refers to: what no clean-up may touch.

use std::collections::BTreeSet;

use rr_proto::{BlobId, ModelId};

use super::{StoreSnapshot, access};
use crate::{
    ChampionRow, ShardRow, StorageError, Versioned,
    tables::{CHAMPIONS, MODELS, SHARDS},
};

impl StoreSnapshot {
    /// Lists every blob that something refers to: the file of each recorded model, whether it was refused or not, of each champion and its
    /// predecessor, each shard, and each checkpoint.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or a row is damaged: who deletes by this list has to leave everything then.
    pub fn live_blobs(&self) -> Result<BTreeSet<BlobId>, StorageError> {
        let path = self.path();
        let mut live: BTreeSet<BlobId> = self.model_ids()?.into_iter().map(BlobId::from).collect();
        let champions = access::scan::<_, _, &str, ChampionRow>(
            &self.table(CHAMPIONS)?,
            ..,
            usize::MAX,
            path,
            |_, bytes| Versioned::unpack(bytes, path),
        )?;
        let pointed = champions.into_iter().flat_map(|row| [Some(row.model), row.previous]);
        live.extend(pointed.flatten().map(BlobId::from));
        let first: (&str, u64) = ("", 0);
        let shards = access::scan(&self.table(SHARDS)?, first.., usize::MAX, path, |_, bytes| {
            Versioned::unpack::<ShardRow>(bytes, path)
        })?;
        live.extend(shards.into_iter().map(|row| row.blob));
        live.extend(self.checkpoints()?.into_iter().flat_map(|row| row.blobs));
        Ok(live)
    }

    /// Lists the recorded models of all configs.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn model_ids(&self) -> Result<Vec<ModelId>, StorageError> {
        access::scan::<_, _, &[u8; 32], _>(&self.table(MODELS)?, .., usize::MAX, self.path(), |id, _| {
            Ok(ModelId::from_bytes(*id))
        })
    }
}
