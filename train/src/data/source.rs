//! Where the records of games come from.

use std::fs;
use std::path::{Path, PathBuf};

use rr_engine::record::GameRecord;
use serde::{Deserialize, Serialize};

use crate::error::TrainError;
use crate::shard::read_shard;

/// Endings of the files that a folder of records may hold, one record in each, as text or as bytes.
const RECORD_ENDINGS: [&str; 2] = ["rrg", "rrb"];
/// Ending of the shards that a folder may hold.
const SHARD_ENDING: &str = "rrs";

/// Gives the records of games in chunks, oldest first, so that the newest can be read without the rest.
pub trait RecordSource: Send {
    /// Says where the games come from, for messages.
    fn origin(&self) -> String;

    /// Returns the number of chunks.
    fn chunks(&self) -> usize;

    /// Reads one chunk; the records in it are oldest first too.
    ///
    /// # Errors
    /// When the chunk cannot be read, or holds games of another config than `config`.
    fn read(&self, chunk: usize, config: &str) -> Result<Vec<Vec<u8>>, TrainError>;
}

/// Gives records that are in memory already.
#[derive(Debug, Clone, Default)]
pub struct MemoryRecords {
    /// The records, oldest first.
    pub records: Vec<Vec<u8>>,
}

impl RecordSource for MemoryRecords {
    fn origin(&self) -> String {
        "memory".to_owned()
    }

    fn chunks(&self) -> usize {
        1
    }

    fn read(&self, _chunk: usize, _config: &str) -> Result<Vec<Vec<u8>>, TrainError> {
        Ok(self.records.clone())
    }
}

/// Names a shard and the hash that it must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardRef {
    /// The file.
    pub path: PathBuf,
    /// SHA-256 of the file as hex.
    pub sha256: String,
}

/// Gives the games of shards that were named with their hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardRecords {
    /// The shards, oldest first.
    pub shards: Vec<ShardRef>,
}

impl RecordSource for ShardRecords {
    fn origin(&self) -> String {
        match self.shards.as_slice() {
            [] => "an empty list of shards".to_owned(),
            [one] => one.path.display().to_string(),
            [first, ..] => format!("{} shards from {}", self.shards.len(), first.path.display()),
        }
    }

    fn chunks(&self) -> usize {
        self.shards.len()
    }

    fn read(&self, chunk: usize, config: &str) -> Result<Vec<Vec<u8>>, TrainError> {
        let Some(shard) = self.shards.get(chunk) else { return Ok(Vec::new()) };
        shard_records(&shard.path, Some(&shard.sha256), config)
    }
}

/// Gives the games of a file or of every shard and record file of a folder, in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFiles {
    path: PathBuf,
    files: Vec<PathBuf>,
}

impl RecordFiles {
    /// Lists what lies at a path: one file, or a folder's `*.rrs` shards and its `*.rrg` and `*.rrb` records.
    ///
    /// # Errors
    /// When the path cannot be read, or holds neither.
    pub fn open(path: &Path) -> Result<Self, TrainError> {
        let meta = fs::metadata(path).map_err(TrainError::io("read", path))?;
        let mut files = Vec::new();
        if meta.is_dir() {
            for entry in fs::read_dir(path).map_err(TrainError::io("list", path))? {
                let file = entry.map_err(TrainError::io("list", path))?.path();
                if is_record(&file) || ending(&file) == Some(SHARD_ENDING) {
                    files.push(file);
                }
            }
            files.sort();
        } else {
            files.push(path.to_owned());
        }
        if files.is_empty() {
            return Err(TrainError::NoGames { origin: path.display().to_string() });
        }
        Ok(Self { path: path.to_owned(), files })
    }
}

impl RecordSource for RecordFiles {
    fn origin(&self) -> String {
        self.path.display().to_string()
    }

    fn chunks(&self) -> usize {
        self.files.len()
    }

    fn read(&self, chunk: usize, config: &str) -> Result<Vec<Vec<u8>>, TrainError> {
        let Some(path) = self.files.get(chunk) else { return Ok(Vec::new()) };
        if is_record(path) {
            return Ok(vec![record(path)?]);
        }
        shard_records(path, None, config)
    }
}

fn ending(path: &Path) -> Option<&str> {
    path.extension().and_then(|e| e.to_str())
}

fn is_record(path: &Path) -> bool {
    ending(path).is_some_and(|ending| RECORD_ENDINGS.contains(&ending))
}

/// Reads one record of either form; a damaged one is refused here, where its file is known.
fn record(path: &Path) -> Result<Vec<u8>, TrainError> {
    let bytes = fs::read(path).map_err(TrainError::io("read", path))?;
    let read = match std::str::from_utf8(&bytes) {
        Ok(text) if text.trim_start().starts_with('[') => GameRecord::from_text(text),
        _ => GameRecord::from_bytes(&bytes),
    };
    read.and_then(|game| game.to_bytes()).map_err(|error| TrainError::corrupt(path, error))
}

fn shard_records(path: &Path, sha256: Option<&str>, config: &str) -> Result<Vec<Vec<u8>>, TrainError> {
    let shard = read_shard(path, sha256)?;
    if shard.config == config {
        return Ok(shard.records);
    }
    Err(TrainError::WrongConfig {
        origin: path.display().to_string(),
        found: shard.config,
        expected: config.to_owned(),
    })
}
