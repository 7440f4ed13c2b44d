//! Reading one file of games, whatever its form: a shard, a record, or a record as text.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rr_engine::record::GameRecord;
use rr_proto::UnixMillis;
use rr_storage::NewGame;
use rr_train::read_shard;

use super::imported::imported;

/// Most bytes of a single record: a long game on the largest board stays far below.
const MAX_RECORD_BYTES: u64 = 64 << 20;
/// Most bytes that a shard may say it unpacks to.
const MAX_UNPACKED_BYTES: u64 = 4 << 30;
/// First bytes of a shard, and where in it the length of what is packed stands.
const SHARD_HEAD: &[u8] = b"RRSHARD\n";
const SHARD_LENGTH_AT: usize = 12;
/// First bytes of compressed traces.
const GZIP_HEAD: &[u8] = &[0x1f, 0x8b];
/// Faults that are told one by one.
const TOLD_FAULTS: usize = 20;

/// What a file came to.
#[derive(Debug, Default)]
pub(super) struct ReadFile {
    pub games: Vec<NewGame>,
    pub bytes: u64,
    /// Records of it that are not taken, each with its place and the cause.
    pub faults: Vec<String>,
}

/// Why nothing was taken from a file.
#[derive(Debug)]
pub(super) enum ReadFailure {
    /// It is not what this node takes, and won't be.
    Bad(String),
    /// It can't be opened or read now.
    Unreadable(String),
}

impl ReadFile {
    /// Says what is wrong with the file as far as it goes.
    pub fn fault(&self) -> Option<String> {
        let more = self.faults.len().saturating_sub(TOLD_FAULTS);
        let told: Vec<&str> = self.faults.iter().take(TOLD_FAULTS).map(String::as_str).collect();
        let rest = if more > 0 { format!("\nand {more} more") } else { String::new() };
        let whole = self.faults.len() + self.games.len();
        (!self.faults.is_empty()).then(|| {
            format!("{} of {whole} games are not taken:\n{}{rest}", self.faults.len(), told.join("\n"))
        })
    }
}

/// Reads a file and checks each of its games.
///
/// # Errors
/// [`ReadFailure`], where the file as a whole is not taken.
pub(super) fn read_games(path: &Path, max_bytes: u64, now: UnixMillis) -> Result<ReadFile, ReadFailure> {
    let unreadable = |error: std::io::Error| ReadFailure::Unreadable(error.to_string());
    let mut file = File::open(path).map_err(unreadable)?;
    let meta = file.metadata().map_err(unreadable)?;
    let bytes = meta.len();
    if bytes > max_bytes {
        return Err(ReadFailure::Bad(format!(
            "it has {bytes} bytes, sync.max_file_mb allows {max_bytes}; split it or raise the limit"
        )));
    }
    let mut head = [0; SHARD_LENGTH_AT + 8];
    let filled = fill(&mut file, &mut head).map_err(unreadable)?;
    let head = &head[..filled];
    let ended = ended(meta.modified().ok(), now);
    if head.starts_with(SHARD_HEAD) {
        check_unpacked(head)?;
        shard(path, ended).map(|read| ReadFile { bytes, ..read })
    } else if head.starts_with(GZIP_HEAD) || head.starts_with(b"{") {
        let cause =
            "it is a trace: its games hold no searches to learn from; `rr-admin games verify` replays it";
        Err(ReadFailure::Bad(cause.to_owned()))
    } else if head.is_empty() {
        Err(ReadFailure::Bad("it is empty".to_owned()))
    } else if bytes > MAX_RECORD_BYTES {
        Err(ReadFailure::Bad(format!("{bytes} bytes are more than any game record holds")))
    } else {
        drop(file);
        let content = fs::read(path).map_err(unreadable)?;
        let record = match std::str::from_utf8(&content) {
            Ok(text) if text.trim_start().starts_with('[') => GameRecord::from_text(text),
            _ => GameRecord::from_bytes(&content),
        };
        let record = record.map_err(|error| ReadFailure::Bad(error.to_string()))?;
        let mut read = ReadFile { bytes, ..ReadFile::default() };
        read.take(1, || imported(&record, ended));
        Ok(read)
    }
}

fn shard(path: &Path, ended: UnixMillis) -> Result<ReadFile, ReadFailure> {
    let shard = read_shard(path, None).map_err(|error| ReadFailure::Bad(error.to_string()))?;
    let mut read = ReadFile::default();
    for (number, bytes) in (1..).zip(&shard.records) {
        read.take(number, || {
            let record = GameRecord::from_bytes(bytes).map_err(|error| error.to_string())?;
            let game = imported(&record, ended)?;
            if game.config.as_str() == shard.config {
                return Ok(game);
            }
            Err(format!("it is a game of {}, the shard says {}", game.config, shard.config))
        });
    }
    if shard.records.is_empty() {
        return Err(ReadFailure::Bad("it holds no games".to_owned()));
    }
    Ok(read)
}

impl ReadFile {
    /// Takes a game in, or notes why not; a check that panics judges its game alone.
    fn take(&mut self, number: usize, game: impl FnOnce() -> Result<NewGame, String>) {
        let checked = catch_unwind(AssertUnwindSafe(game));
        let defect = || Err("its check panics: a defect, please report it".to_owned());
        match checked.unwrap_or_else(|_| defect()) {
            Ok(game) => self.games.push(game),
            Err(cause) => self.faults.push(format!("game {number}: {cause}")),
        }
    }
}

/// Refuses a shard that says it unpacks to more than memory should hold, before anybody makes room for it.
fn check_unpacked(head: &[u8]) -> Result<(), ReadFailure> {
    let Some(length) = head.get(SHARD_LENGTH_AT..).and_then(|rest| rest.first_chunk::<8>()) else {
        return Err(ReadFailure::Bad("the shard is cut short".to_owned()));
    };
    let length = u64::from_le_bytes(*length);
    if length > MAX_UNPACKED_BYTES {
        return Err(ReadFailure::Bad(format!(
            "the shard says it unpacks to {length} bytes, at most {MAX_UNPACKED_BYTES} are taken; write smaller shards"
        )));
    }
    Ok(())
}

fn fill(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Says when the games of a file ended: records don't tell, so it is when the file was written last.
fn ended(changed: Option<SystemTime>, now: UnixMillis) -> UnixMillis {
    let since = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let written = since.and_then(|since| u64::try_from(since.as_millis()).ok());
    UnixMillis(written.map_or(now.0, |written| written.min(now.0)))
}

#[cfg(test)]
mod tests;
