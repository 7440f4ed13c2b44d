//! Finding and opening files of games, whatever their form.

use std::fs;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use rr_engine::record::GameRecord;
use rr_engine::trace::{TraceGame, open_text, open_trace};
use rr_train::read_shard;

use crate::cli::{Exit, Failure};

/// Most bytes of one of our own records: a long game on the largest board stays far below.
const MAX_RECORD_BYTES: u64 = 64 << 20;

/// First bytes of a shard of our own records.
const SHARD_HEAD: &[u8; 4] = b"RRSH";

/// The games of one file.
pub enum GameFile {
    /// A trace of the reference engine.
    Trace(Box<dyn Iterator<Item = Result<TraceGame, Failure>>>),
    /// Our own records: one, or those of a shard.
    Records(Vec<GameRecord>),
}

/// Longest first line that is looked at to tell what a file found in a folder is.
const FIRST_LINE_BYTES: u64 = 1 << 20;

/// Lists the files that the paths name: folders are searched for traces and records; other tables of JSON lines in them are
/// passed over, while a file that is named is always read.
pub fn expand(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let meta = fs::metadata(path).map_err(|e| unopened(path, &e))?;
        if !meta.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut found = Vec::new();
        let mut folders = vec![path.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(|e| unreadable(&folder, e))? {
                let path = entry.map_err(|e| unreadable(&folder, e))?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if is_game_file(&path) && !is_other_table(&path) {
                    found.push(path);
                }
            }
        }
        if found.is_empty() {
            return Err(Failure::new(
                Exit::Unreadable,
                format!(
                    "{}: no .jsonl, .jsonl.gz, .rrg, .rrb or .rrs file below this folder",
                    path.display()
                ),
            ));
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// Opens a file of games; what it is its first bytes say.
pub fn open(path: &Path) -> Result<GameFile, Failure> {
    let mut head = [0u8; 4];
    let mut file = fs::File::open(path).map_err(|e| unopened(path, &e))?;
    let read = file.read(&mut head).map_err(|e| unreadable(path, e))?;
    if read == 0 {
        return Err(unreadable(path, "the file is empty"));
    }
    if head.starts_with(&[0x1f, 0x8b]) || head[0] == b'{' {
        let games = open_trace(path).map_err(|e| unreadable(path, e))?;
        let path = path.to_path_buf();
        return Ok(GameFile::Trace(Box::new(games.map(move |g| g.map_err(|e| unreadable(&path, e))))));
    }
    if head == *SHARD_HEAD {
        let shard = read_shard(path, None).map_err(|e| Failure::new(Exit::Unreadable, e))?;
        let records = shard.records.iter().map(|bytes| GameRecord::from_bytes(bytes));
        let records = records.collect::<Result<_, _>>().map_err(|e| unreadable(path, e))?;
        return Ok(GameFile::Records(records));
    }
    let size = file.metadata().map_err(|e| unreadable(path, e))?.len();
    if size > MAX_RECORD_BYTES {
        return Err(unreadable(path, format!("{size} bytes are more than any game record holds")));
    }
    let bytes = fs::read(path).map_err(|e| unreadable(path, e))?;
    let record = match std::str::from_utf8(&bytes) {
        Ok(text) if text.trim_start().starts_with('[') => GameRecord::from_text(text),
        _ => GameRecord::from_bytes(&bytes),
    };
    record.map(|r| GameFile::Records(vec![r])).map_err(|e| unreadable(path, e))
}

/// Builds the failure of a file that cannot be read.
pub fn unreadable(path: &Path, cause: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Unreadable, format!("{}: {cause}", path.display()))
}

/// Builds the failure of a file that cannot be opened, with what to name instead of one that is not there.
fn unopened(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => unreadable(
            path,
            "there is no such file; name a trace (*.jsonl, *.jsonl.gz), a record (*.rrg, *.rrb) or a shard of games (*.rrs)",
        ),
        _ => unreadable(path, error),
    }
}

fn is_game_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
    [".jsonl", ".jsonl.gz", ".rrg", ".rrb", ".rrs"].iter().any(|end| name.ends_with(end))
}

/// Says whether a file holds JSON lines of something else, such as perft counts. A damaged one is not told apart from games: it
/// is for the reader to refuse.
fn is_other_table(path: &Path) -> bool {
    let Ok(lines) = open_text(path) else { return false };
    let mut first = String::new();
    if lines.take(FIRST_LINE_BYTES).read_line(&mut first).is_err() {
        return false;
    }
    let value: Result<serde_json::Value, _> = serde_json::from_str(&first);
    value.is_ok_and(|value| value.is_object() && value.get("h").is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rr_engine::record::PlayerTag;
    use rr_engine::rules::Rules;
    use rr_train::{GameShard, write_shard};

    fn record(seed: u64) -> GameRecord {
        let config = "hex8_2p".parse().unwrap();
        let tags = vec![PlayerTag { name: "random".to_owned(), model: String::new() }; 2];
        GameRecord::new(config, Rules::for_config(config), seed, tags)
    }

    #[test]
    fn a_shard_holds_its_games_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("games.rrs");
        let records = [5, 6].map(record);
        let shard = GameShard {
            config: "hex8_2p".to_owned(),
            records: records.iter().map(|record| record.to_bytes().unwrap()).collect(),
        };
        write_shard(&path, &shard).unwrap();
        assert_eq!(expand(&[folder.path().to_path_buf()]).unwrap(), std::slice::from_ref(&path));
        let GameFile::Records(found) = open(&path).unwrap() else { panic!("a shard is no trace") };
        assert_eq!(found, records);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        let failure = open(&path).err().unwrap();
        assert!(failure.exit == Exit::Unreadable && failure.message.contains("games.rrs"), "{failure}");
    }
}
