//! Putting, getting and quarantining blobs.

use std::{
    fs::{self, File},
    io::ErrorKind,
    path::{Path, PathBuf},
    time::SystemTime,
};

use rr_proto::BlobId;

use super::pin::{BlobPin, Pins};
use crate::{DataLayout, StorageError, disk};

/// Keeps immutable files. Several processes may use one folder: a blob appears whole or not at all.
#[derive(Debug, Clone)]
pub struct BlobStore {
    folder: PathBuf,
    temporary: PathBuf,
    quarantine: PathBuf,
    pub(super) pins: Pins,
}

/// Describes a stored blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobInfo {
    /// The blob.
    pub id: BlobId,
    /// Its length.
    pub bytes: u64,
    /// When it was last put.
    pub put_at: SystemTime,
}

/// Describes a blob that was found damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedBlob {
    /// The file.
    pub path: PathBuf,
    /// What was wrong with it.
    pub reason: String,
}

impl BlobStore {
    /// Opens the blobs of a data folder, and makes their folders where they do not exist.
    ///
    /// # Errors
    /// [`StorageError::ReadOnly`] or [`StorageError::DiskFull`] where a folder cannot be made.
    pub fn open(layout: &DataLayout) -> Result<Self, StorageError> {
        let store = Self {
            folder: layout.blobs(),
            temporary: layout.temporary(),
            quarantine: layout.quarantine(),
            pins: Pins::default(),
        };
        for folder in [&store.folder, &store.temporary, &store.quarantine] {
            disk::create_folder(folder)?;
        }
        Ok(store)
    }

    /// Stores bytes. They are on the disk when this returns.
    ///
    /// # Errors
    /// [`StorageError::ReadOnly`] or [`StorageError::DiskFull`]; nothing is left behind then.
    pub fn put(&self, bytes: &[u8]) -> Result<BlobId, StorageError> {
        let id = BlobId::of(bytes);
        let _in = tracing::debug_span!("put blob", blob = %id, bytes = bytes.len()).entered();
        if !self.has_sound(id)? {
            let mut file = disk::Temporary::create(&self.temporary)?;
            file.write(bytes)?;
            self.publish(file, id)?;
        }
        Ok(id)
    }

    /// Stores a copy of a file, without holding it in memory.
    ///
    /// # Errors
    /// [`StorageError`] where the file cannot be read or the copy cannot be written.
    pub fn put_file(&self, source: &Path) -> Result<BlobId, StorageError> {
        let span = tracing::debug_span!("put blob", blob = tracing::field::Empty).entered();
        let reader = File::open(source).map_err(|error| StorageError::io("open", source, error))?;
        let mut copy = disk::Temporary::create(&self.temporary)?;
        let (hash, _) = disk::hash_through(reader, source, |chunk| copy.write(chunk))?;
        let id = BlobId::from_bytes(hash);
        span.record("blob", tracing::field::display(id));
        if !self.has_sound(id)? {
            self.publish(copy, id)?;
        }
        Ok(id)
    }

    /// Reads a blob and checks it against its name; a damaged one goes to the quarantine.
    ///
    /// # Errors
    /// [`StorageError::MissingBlob`], [`StorageError::CorruptBlob`], or [`StorageError`] where it cannot be read.
    pub fn get(&self, id: BlobId) -> Result<Vec<u8>, StorageError> {
        let _in = tracing::debug_span!("get blob", blob = %id).entered();
        let path = self.path(id);
        let bytes = fs::read(&path).map_err(|error| self.unreadable(id, &path, error))?;
        let found = BlobId::of(&bytes);
        if found == id {
            Ok(bytes)
        } else {
            Err(self.quarantine_blob(id, &hash_mismatch(found, bytes.len() as u64)))
        }
    }

    /// Checks a blob against its name and returns its path, for readers that want a file. Pin it while the path is used.
    ///
    /// # Errors
    /// As [`BlobStore::get`].
    pub fn verified_path(&self, id: BlobId) -> Result<PathBuf, StorageError> {
        let _in = tracing::debug_span!("check blob", blob = %id).entered();
        let path = self.path(id);
        let file = File::open(&path).map_err(|error| self.unreadable(id, &path, error))?;
        let (hash, length) = disk::hash_through(file, &path, |_| Ok(()))?;
        let found = BlobId::from_bytes(hash);
        if found == id { Ok(path) } else { Err(self.quarantine_blob(id, &hash_mismatch(found, length))) }
    }

    /// Says whether a blob is here, without checking its bytes.
    #[must_use]
    pub fn contains(&self, id: BlobId) -> bool {
        self.path(id).is_file()
    }

    /// Returns the path of a blob, whether it is here or not and without checking its bytes.
    #[must_use]
    pub fn path(&self, id: BlobId) -> PathBuf {
        let name = id.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    /// Keeps a blob from being collected while the pin lives.
    pub fn pin(&self, id: BlobId) -> BlobPin {
        self.pins.pin(id)
    }

    /// Lists all blobs, by name.
    ///
    /// # Errors
    /// [`StorageError`] where a folder cannot be read.
    pub fn list(&self) -> Result<Vec<BlobInfo>, StorageError> {
        let mut blobs = Vec::new();
        for folder in entries(&self.folder)? {
            if !folder.is_dir() {
                continue;
            }
            for path in entries(&folder)? {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let Ok(id) = name.parse() else { continue };
                // A blob that another process just collected is no error.
                let Ok(metadata) = path.metadata() else { continue };
                let put_at = metadata.modified().map_err(|error| StorageError::io("read", &path, error))?;
                blobs.push(BlobInfo { id, bytes: metadata.len(), put_at });
            }
        }
        blobs.sort_by_key(|blob| blob.id);
        Ok(blobs)
    }

    /// Lists the blobs in quarantine, with the reasons.
    ///
    /// # Errors
    /// [`StorageError`] where the folder cannot be read.
    pub fn quarantined(&self) -> Result<Vec<QuarantinedBlob>, StorageError> {
        let mut files = entries(&self.quarantine)?;
        files.retain(|path| path.extension().is_none_or(|extension| extension != "reason"));
        files.sort();
        Ok(files
            .into_iter()
            .map(|path| {
                let reason = fs::read_to_string(path.with_extension("reason")).unwrap_or_default();
                QuarantinedBlob { path, reason }
            })
            .collect())
    }

    /// Keeps a copy of something damaged that lies elsewhere, under a name of its own and with the reason beside it. Returns whether it was not
    /// there before.
    ///
    /// # Errors
    /// [`StorageError`] where it cannot be written.
    pub fn quarantine_copy(&self, name: &str, bytes: &[u8], reason: &str) -> Result<bool, StorageError> {
        let path = self.quarantine.join(name);
        if path.exists() {
            return Ok(false);
        }
        for (path, bytes) in [(path.with_extension("reason"), reason.as_bytes()), (path, bytes)] {
            let mut copy = disk::Temporary::create(&self.temporary)?;
            copy.write(bytes)?;
            copy.publish(&path)?;
        }
        Ok(true)
    }

    /// Says whether the blob is here and whole; a damaged one makes room for the good one.
    fn has_sound(&self, id: BlobId) -> Result<bool, StorageError> {
        match self.verified_path(id) {
            Ok(path) => {
                // Putting again renews the age, so that a collection which began before does not take it.
                let renewed = File::options().append(true).open(&path);
                let _ = renewed.and_then(|file| file.set_modified(SystemTime::now()));
                Ok(true)
            }
            Err(StorageError::MissingBlob { .. } | StorageError::CorruptBlob { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn publish(&self, file: disk::Temporary, id: BlobId) -> Result<(), StorageError> {
        let target = self.path(id);
        if let Some(folder) = target.parent()
            && !folder.exists()
        {
            disk::create_folder(folder)?;
            disk::sync_folder(&self.folder)?;
        }
        file.publish(&target)
    }

    fn unreadable(&self, id: BlobId, path: &Path, error: std::io::Error) -> StorageError {
        match error.kind() {
            ErrorKind::NotFound => StorageError::MissingBlob { id, path: self.folder.clone() },
            _ => StorageError::io("read", path, error),
        }
    }

    /// Moves a damaged blob away, with the reason beside it, and returns the error to report.
    fn quarantine_blob(&self, id: BlobId, reason: &str) -> StorageError {
        let quarantine = self.quarantine.join(id.to_string());
        if let Err(error) = fs::rename(self.path(id), &quarantine)
            && error.kind() != ErrorKind::NotFound
        {
            return StorageError::io("move to the quarantine", &quarantine, error);
        }
        if let Err(error) = fs::write(quarantine.with_extension("reason"), reason) {
            tracing::warn!(blob = %id, %error, "the reason of a quarantine could not be written");
        }
        tracing::error!(blob = %id, reason, "a damaged blob was moved to the quarantine");
        StorageError::CorruptBlob { id, reason: reason.to_owned(), quarantine }
    }
}

fn hash_mismatch(found: BlobId, length: u64) -> String {
    format!("its {length} bytes have the hash {found}")
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, StorageError> {
    let fail = |error| StorageError::io("read the folder", folder, error);
    fs::read_dir(folder).map_err(fail)?.map(|entry| entry.map(|entry| entry.path()).map_err(fail)).collect()
}
