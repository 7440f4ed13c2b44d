//! Writing a file so that a reader sees all of it or nothing, whatever dies in between.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use sha2::{Digest as _, Sha256};

use crate::StorageError;

/// Bytes moved at once when a file is copied or hashed.
const CHUNK: usize = 128 * 1024;

/// Numbers the temporary files of this process. It is no state: it only keeps two threads from choosing the same name.
static NEXT_TEMPORARY: AtomicU64 = AtomicU64::new(0);

/// Is a file being written under a temporary name; deleted when dropped before [`Temporary::publish`].
pub(crate) struct Temporary {
    path: PathBuf,
    writer: BufWriter<File>,
}

impl Temporary {
    /// Creates a file in `folder`.
    pub(crate) fn create(folder: &Path) -> Result<Self, StorageError> {
        let number = NEXT_TEMPORARY.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{}-{number}.tmp", std::process::id()));
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(|error| StorageError::io("create", &path, error))?;
        Ok(Self { path, writer: BufWriter::with_capacity(CHUNK, file) })
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        self.writer.write_all(bytes).map_err(|error| StorageError::io("write", &self.path, error))
    }

    /// Syncs the file, gives it its name and syncs the folder.
    pub(crate) fn publish(mut self, target: &Path) -> Result<(), StorageError> {
        self.writer.flush().map_err(|error| StorageError::io("write", target, error))?;
        self.writer.get_ref().sync_all().map_err(|error| StorageError::io("write", target, error))?;
        fs::rename(&self.path, target).map_err(|error| StorageError::io("write", target, error))?;
        target.parent().map_or(Ok(()), sync_folder)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After publishing there is nothing under this name; else a file that stays is swept at the next start.
        let _ = fs::remove_file(&self.path);
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StorageError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| StorageError::io("sync the folder", folder, error))
}

/// Creates a folder and those above it.
pub(crate) fn create_folder(folder: &Path) -> Result<(), StorageError> {
    fs::create_dir_all(folder).map_err(|error| StorageError::io("create the folder", folder, error))
}

/// Passes a reader's bytes on and returns their SHA-256 and number.
pub(crate) fn hash_through(
    mut reader: impl Read,
    from: &Path,
    mut sink: impl FnMut(&[u8]) -> Result<(), StorageError>,
) -> Result<([u8; 32], u64), StorageError> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; CHUNK];
    let mut total = 0;
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => return Ok((hasher.finalize().into(), total)),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(StorageError::io("read", from, error)),
        };
        hasher.update(&buffer[..count]);
        sink(&buffer[..count])?;
        total += count as u64;
    }
}
