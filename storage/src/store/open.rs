//! Opening the database, with a reason where it is refused.

use std::{
    fs::{self, File},
    io::{ErrorKind, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use redb::{Builder, Database, Durability, ReadOnlyDatabase, ReadableDatabase, StorageBackend};

use super::{StoreSnapshot, StoreWrite, access};
use crate::{
    StorageError, disk,
    tables::{HOUSE, META, SCHEMA_VERSION},
};

/// First bytes of every redb file.
const REDB_MAGIC: &[u8] = b"redb\x1a\x0a\xa9\x0d\x0a";

/// Says how the database is opened.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// Memory for pages.
    pub cache_bytes: usize,
    /// Verify the checksum of every page when opening, not only after a crash. It reads the whole file.
    pub check_on_open: bool,
    /// How many of the newest events are remembered to refuse duplicates.
    pub dedup_window: u64,
}

impl From<&rr_config::StorageSection> for StoreOptions {
    fn from(section: &rr_config::StorageSection) -> Self {
        Self {
            cache_bytes: section.cache_mb.saturating_mul(1024 * 1024) as usize,
            check_on_open: section.check_on_open,
            dedup_window: section.event_dedup_window,
        }
    }
}

/// The open database. Writes take turns; snapshots read beside them.
pub struct Store {
    pub(super) database: Opened,
    pub(super) path: Arc<Path>,
    dedup_window: u64,
}

pub(super) enum Opened {
    /// Whoever begins a transaction holds the lock for that moment; a compaction holds it alone.
    Writable(RwLock<Database>),
    ReadOnly(ReadOnlyDatabase),
}

impl Store {
    /// Opens the database at `path`, or makes a new one there.
    ///
    /// # Errors
    /// [`StorageError::Foreign`], [`StorageError::WrongVersion`] or [`StorageError::Corrupt`] where the file is not one that this build
    /// reads, [`StorageError::Locked`], [`StorageError::ReadOnly`] or [`StorageError::DiskFull`] where it cannot be written.
    pub fn open(path: &Path, options: StoreOptions) -> Result<Self, StorageError> {
        if is_missing(path)? {
            create_beside(path, options)?;
        }
        let database = guarded(path, || builder(options).open(path))?;
        Self::finish(database, path, options)
    }

    /// Opens a database on another medium than a file: for tests that break it.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with_backend(
        backend: impl StorageBackend,
        options: StoreOptions,
    ) -> Result<Self, StorageError> {
        let path = Path::new("(backend)");
        let fresh = backend.len().map_err(|error| StorageError::io("read", path, error))? == 0;
        let database = guarded(path, || builder(options).create_with_backend(backend))?;
        if fresh {
            let store = Self::wrap(Opened::Writable(RwLock::new(database)), path, options);
            store.write(StoreWrite::create_tables)?;
            return Ok(store);
        }
        Self::finish(database, path, options)
    }

    /// Opens an existing database for reading only; a process that was killed is recovered from first.
    ///
    /// # Errors
    /// [`StorageError::Missing`] where there is none, else as [`Store::open`].
    pub fn open_read_only(path: &Path, options: StoreOptions) -> Result<Self, StorageError> {
        if is_missing(path)? {
            return Err(StorageError::Missing {
                path: path.to_path_buf(),
                hint: "start rr-node once with this --data-dir, or point to another folder",
            });
        }
        let open = || builder(options).open_read_only(path);
        let database = match guarded(path, || Ok(open()))? {
            Err(redb::DatabaseError::RepairAborted) => {
                drop(Self::open(path, options)?);
                guarded(path, open)?
            }
            opened => opened.map_err(|error| StorageError::database(path, error))?,
        };
        let store = Self::wrap(Opened::ReadOnly(database), path, options);
        store.check_schema()?;
        Ok(store)
    }

    /// Takes a snapshot: what is committed now, unchanged by later writes.
    ///
    /// # Errors
    /// [`StorageError`] where the database cannot be read.
    pub fn read(&self) -> Result<StoreSnapshot, StorageError> {
        let transaction = match &self.database {
            Opened::Writable(database) => shared(database).begin_read(),
            Opened::ReadOnly(database) => database.begin_read(),
        };
        let transaction = transaction.map_err(|error| StorageError::database(&self.path, error))?;
        Ok(StoreSnapshot::new(transaction, Arc::clone(&self.path)))
    }

    /// Runs `work` in one transaction: all of it is on the disk when this returns `Ok`, none of it otherwise. It blocks on the disk.
    ///
    /// # Errors
    /// What `work` returns, or [`StorageError`] where the commit failed.
    pub fn write<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&mut StoreWrite) -> Result<T, E>,
    ) -> Result<T, E> {
        let Opened::Writable(database) = &self.database else {
            return Err(StorageError::Refused {
                what: "a write",
                reason: "the database is open for reading only".to_owned(),
            }
            .into());
        };
        let fail = |error: redb::Error| StorageError::database(&self.path, error);
        let mut transaction = shared(database).begin_write().map_err(|error| fail(error.into()))?;
        transaction.set_durability(Durability::Immediate).map_err(|error| fail(error.into()))?;
        let mut write = StoreWrite::new(transaction, Arc::clone(&self.path), self.dedup_window);
        match work(&mut write) {
            Ok(value) => {
                write.commit()?;
                Ok(value)
            }
            Err(error) => {
                // An abort that fails leaves the database as it was before, and the next write will say so.
                write.abort();
                Err(error)
            }
        }
    }

    /// Returns the path of the database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn finish(database: Database, path: &Path, options: StoreOptions) -> Result<Self, StorageError> {
        let store = Self::wrap(Opened::Writable(RwLock::new(database)), path, options);
        store.check_schema()?;
        Ok(store)
    }

    fn wrap(database: Opened, path: &Path, options: StoreOptions) -> Self {
        Self { database, path: Arc::from(path), dedup_window: options.dedup_window }
    }

    fn check_schema(&self) -> Result<(), StorageError> {
        let snapshot = self.read()?;
        let foreign =
            |reason: &str| StorageError::Foreign { path: self.path.to_path_buf(), reason: reason.to_owned() };
        let meta = snapshot.table(META).map_err(|_| foreign("a redb database of another program"))?;
        let value = |key: &str| access::get(&meta, key, &self.path, |bytes| bytes.to_vec());
        if value("house")?.as_deref() != Some(HOUSE) {
            return Err(foreign("a redb database of another program"));
        }
        let schema = value("schema")?.and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
        match schema {
            Some(SCHEMA_VERSION) => Ok(()),
            Some(found) => Err(StorageError::WrongVersion {
                what: format!("the database {}", self.path.display()),
                found,
                known: SCHEMA_VERSION,
            }),
            None => Err(StorageError::corrupt_database(&self.path, "it does not tell its schema version")),
        }
    }
}

/// Takes the database for the moment in which a transaction begins. A panic of another holder leaves it as it was.
pub(super) fn shared(database: &RwLock<Database>) -> RwLockReadGuard<'_, Database> {
    database.read().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let read_only = matches!(self.database, Opened::ReadOnly(_));
        f.debug_struct("Store")
            .field("path", &self.path)
            .field("read_only", &read_only)
            .finish_non_exhaustive()
    }
}

fn builder(options: StoreOptions) -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(options.cache_bytes).set_check_integrity_on_open(options.check_on_open);
    builder
}

/// Makes a new database under another name first, so that a process that dies meanwhile leaves none rather than half of one.
fn create_beside(path: &Path, options: StoreOptions) -> Result<(), StorageError> {
    let beside = path.with_extension("new");
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(StorageError::io("delete", &beside, error));
        }
        _ => {}
    }
    let database = guarded(&beside, || builder(options).create(&beside))?;
    let store = Store::wrap(Opened::Writable(RwLock::new(database)), &beside, options);
    store.write(StoreWrite::create_tables)?;
    drop(store);
    fs::rename(&beside, path).map_err(|error| StorageError::io("create", path, error))?;
    path.parent().map_or(Ok(()), disk::sync_folder)
}

/// Says whether there is no database yet, and refuses a file that is none by its first bytes, so that it is never touched.
fn is_missing(path: &Path) -> Result<bool, StorageError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(StorageError::io("open", path, error)),
    };
    let mut start = Vec::new();
    file.take(REDB_MAGIC.len() as u64)
        .read_to_end(&mut start)
        .map_err(|error| StorageError::io("read", path, error))?;
    if start.is_empty() {
        return Err(StorageError::corrupt_database(path, "it is empty"));
    }
    if start != REDB_MAGIC {
        let reason = "its first bytes are not those of a redb file".to_owned();
        return Err(StorageError::Foreign { path: path.to_path_buf(), reason });
    }
    Ok(false)
}

/// Opens, taking a panic of redb for what it is: its only answer to some kinds of damage.
fn guarded<T>(path: &Path, open: impl FnOnce() -> Result<T, redb::DatabaseError>) -> Result<T, StorageError> {
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(opened) => opened.map_err(|error| StorageError::database(path, error)),
        Err(_) => Err(StorageError::corrupt_database(path, "its pages contradict one another")),
    }
}
