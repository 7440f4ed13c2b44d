//! Shards: files of training samples made from a stretch of games.

use rr_proto::{BlobId, ConfigKey, Games, Samples, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::StoredValue;

/// Describes a file of training samples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardRow {
    /// Which config.
    pub config: ConfigKey,
    /// The place of its first game in the log of the config.
    pub first_game: u64,
    /// How many games follow one another in it.
    pub games: Games,
    /// How many samples it holds.
    pub samples: Samples,
    /// The file.
    pub blob: BlobId,
    /// The format of the file, as its writer numbers it.
    pub format: u16,
    /// When it was made.
    pub created_at: UnixMillis,
}

impl StoredValue for ShardRow {
    const NAME: &'static str = "shard";
    const VERSION: u16 = 1;
}
