//! Appending to the audit log.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::entry::{AuditEntry, AuditNote};
use super::failure::AuditFailure;
use super::files::{CURRENT, HEAD, Head, files, folder, full_name, remembered_head};
use crate::clock::Clock;

/// Characters of a target that are kept: the caller chose them.
const MOST_TARGET: usize = 512;

/// Appends lines to the log; every line is on the disk when [`AuditLog::append`] returns.
pub struct AuditLog {
    writer: Arc<Mutex<Writer>>,
    clock: Arc<dyn Clock>,
}

struct Writer {
    folder: PathBuf,
    file: File,
    bytes: u64,
    most_bytes: u64,
    head: Head,
}

impl AuditLog {
    /// Returns the folder of a data folder's log.
    pub fn folder(data_dir: &Path) -> PathBuf {
        folder(data_dir)
    }

    /// Opens the log of a data folder and goes on behind its last line; blocks on the disk.
    ///
    /// # Errors
    /// When the folder can't be read or written.
    pub fn open(data_dir: &Path, most_bytes: u64, clock: Arc<dyn Clock>) -> Result<Self, AuditFailure> {
        let folder = Self::folder(data_dir);
        let path = folder.join(CURRENT);
        let fail = |action| {
            let path = path.clone();
            move |source| AuditFailure::File { action, path, source }
        };
        fs::create_dir_all(&folder).map_err(fail("create"))?;
        let (mut file, bytes, torn) = open_file(&path).map_err(fail("open"))?;
        let remembered = remembered_head(&folder);
        let written = last_line(&folder).map_err(fail("read"))?;
        if torn {
            // What a crash left of a line was never acknowledged; it stays, and ends here.
            file.write_all(b"\n").map_err(fail("write"))?;
        }
        let missing = remembered.seq.saturating_sub(written.seq);
        let head = if missing > 0 { remembered } else { written };
        let log =
            Self { writer: Arc::new(Mutex::new(Writer { folder, file, bytes, most_bytes, head })), clock };
        if missing > 0 || torn {
            let what = format!("{missing} lines are missing at the end, torn: {torn}");
            tracing::error!(path = %path.display(), "the audit log was cut: {what}");
            log.append_blocking(AuditNote {
                who: "process".to_owned(),
                method: "audit.opened".to_owned(),
                outcome: what,
                ..AuditNote::default()
            })?;
        }
        Ok(log)
    }

    /// Appends a line; returns its number once it is on the disk.
    ///
    /// # Errors
    /// When the disk does not take it: the change must then not be made.
    pub async fn append(&self, note: AuditNote) -> Result<u64, AuditFailure> {
        let (writer, now) = (Arc::clone(&self.writer), self.clock.unix_ms());
        let write = move || append(&writer, now, note);
        let written = tokio::task::spawn_blocking(write).await;
        written.map_err(|error| AuditFailure::Ended(error.to_string()))?
    }

    /// Appends a line from a thread that may block.
    ///
    /// # Errors
    /// As [`AuditLog::append`].
    pub fn append_blocking(&self, note: AuditNote) -> Result<u64, AuditFailure> {
        append(&self.writer, self.clock.unix_ms(), note)
    }
}

fn append(writer: &Mutex<Writer>, now: u64, mut note: AuditNote) -> Result<u64, AuditFailure> {
    if let Some((at, _)) = note.target.char_indices().nth(MOST_TARGET) {
        note.target.truncate(at);
    }
    let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
    let path = writer.folder.join(CURRENT);
    writer.append(now, note).map_err(|source| AuditFailure::File { action: "write", path, source })
}

impl Writer {
    fn append(&mut self, now: u64, note: AuditNote) -> io::Result<u64> {
        if self.bytes >= self.most_bytes {
            self.rotate()?;
        }
        let entry = AuditEntry::chained(self.head.seq + 1, now, note, &self.head.hash);
        let line = entry.line();
        if let Err(error) = self.file.write_all(&line).and_then(|()| self.file.sync_data()) {
            // Half a line must not stand before the next one.
            let _ = self.file.set_len(self.bytes);
            return Err(error);
        }
        self.bytes += line.len() as u64;
        self.head = Head { seq: entry.seq, hash: entry.hash };
        // The line counts without it; a head that lags behind hides nothing but the very last line.
        if let Err(error) = self.write_head() {
            tracing::warn!(%error, "the head of the audit log was not written");
        }
        Ok(self.head.seq)
    }

    fn write_head(&self) -> io::Result<()> {
        let (path, part) = (self.folder.join(HEAD), self.folder.join("head.part"));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        file.write_all(&serde_json::to_vec(&self.head)?)?;
        file.sync_data()?;
        fs::rename(part, path)
    }

    /// Puts the full file aside, under the number of its last line.
    fn rotate(&mut self) -> io::Result<()> {
        let full = self.folder.join(full_name(self.head.seq));
        fs::rename(self.folder.join(CURRENT), full)?;
        (self.file, self.bytes, _) = open_file(&self.folder.join(CURRENT))?;
        File::open(&self.folder)?.sync_all()
    }
}

/// Opens the file behind its last byte; says how long it is and whether its last line lacks its end.
fn open_file(path: &Path) -> io::Result<(File, u64, bool)> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    let bytes = file.metadata()?.len();
    let mut last = [b'\n'];
    if bytes > 0 {
        file.seek(SeekFrom::Start(bytes - 1))?;
        file.read_exact(&mut last)?;
    }
    Ok((file, bytes, last != [b'\n']))
}

/// Finds the last whole line, in the file that is written or else in the one before.
fn last_line(folder: &Path) -> io::Result<Head> {
    for path in files(folder)?.into_iter().rev() {
        let text = String::from_utf8_lossy(&fs::read(path)?).into_owned();
        let read = |line: &str| serde_json::from_str::<AuditEntry>(line).ok();
        if let Some(entry) = text.lines().rev().find_map(read) {
            return Ok(Head { seq: entry.seq, hash: entry.hash });
        }
    }
    Ok(Head::default())
}

#[cfg(test)]
mod tests;
