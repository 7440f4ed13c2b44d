//! What must survive: a data folder with one owner, a database of small facts, and immutable files named by their hash.
//!
//! - [`DataDir`] lays the folder out and locks it; [`DataLayout`] only knows the paths.
//! - [`Store`] keeps games, models, matches, states, jobs and events in redb; [`StoreWrite`] is one transaction, [`StoreSnapshot`] one view.
//! - [`BlobStore`] keeps big immutable files: written beside, synced, renamed, verified when read.
//! - [`Versioned`] puts version and checksum around every stored value. Storage never knows what its owner packed.
//!
//! Everything here blocks on the disk: call it from a thread that may.

mod blob;
mod data_dir;
mod disk;
mod error;
mod row;
mod store;
mod tables;
mod versioned;

pub use blob::{BlobInfo, BlobPin, BlobStore, GcReport, QuarantinedBlob};
pub use data_dir::{DataDir, DataLayout, LockHolder};
pub use error::StorageError;
pub use row::{
    Champion, ChampionRow, ChampionSwap, CheckpointRow, ConfigStateRow, DeadLetter, EventAppend, GameAppend,
    GameLogEntry, GameOrigin, GameParity, GameRow, GameTotals, JobKind, JobRow, JobState, MatchAppend,
    MatchRow, ModelAppend, ModelRow, NewGame, OutboxEvent, ShardRow, StateWrite,
};
pub use store::{Compaction, GameGap, GameStretch, Store, StoreOptions, StoreSnapshot, StoreWrite};
pub use tables::SCHEMA_VERSION;
pub use versioned::{StoredValue, Versioned};

/// Re-exports the identifiers and units of stored things, for crates that do not import the wire types.
pub use rr_proto::{
    BlobId, ConfigKey, ErrorCode, GameId, Games, Generation, JobId, MatchId, ModelId, Plies, Samples,
    Sha256Digest, TrainingSteps, UnixMillis,
};
