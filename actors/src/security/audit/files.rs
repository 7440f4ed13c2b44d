//! The files of an audit log.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The folder in a data folder.
const FOLDER: &str = "audit";
/// The file that is written.
pub(super) const CURRENT: &str = "audit.jsonl";
/// Where the newest line is remembered, so that lines cut off the end are missed.
pub(super) const HEAD: &str = "head.json";

/// The newest line's number and hash.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) hash: String,
}

/// Returns the folder of a data folder's log.
pub(super) fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join(FOLDER)
}

/// Reads what the newest line was when it was written.
pub(super) fn remembered_head(folder: &Path) -> Head {
    let bytes = fs::read(folder.join(HEAD)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Returns the name of a full file whose last line has this number; names sort as the lines do.
pub(super) fn full_name(last_seq: u64) -> String {
    format!("audit-{last_seq:012}.jsonl")
}

/// Lists the files of a log, oldest first.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut full = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("audit-") && name.ends_with(".jsonl") {
            full.push(path);
        }
    }
    full.sort();
    let current = folder.join(CURRENT);
    full.extend(current.exists().then_some(current));
    Ok(full)
}
