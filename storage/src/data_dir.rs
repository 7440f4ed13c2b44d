//! The data folder: its layout, and the lock that gives it one owner.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{ErrorKind, Read, Seek, Write},
    path::{Path, PathBuf},
};

use rr_proto::{JobId, NodeId};

use crate::{StorageError, disk};

/// The text of the marker file. The number is the version of the layout.
const MARKER_TEXT: &str = "RingRift data folder\nlayout 1\n";
const MARKER: &str = "RINGRIFT";
const LOCK: &str = "LOCK";

/// Knows where things lie in a data folder. It neither creates nor locks anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataLayout {
    root: PathBuf,
}

impl DataLayout {
    /// Lays out the folder at `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.root.join("store.redb")
    }

    /// Returns the folder of immutable files named by hash.
    #[must_use]
    pub fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// Returns the folder of files that turned out to be damaged.
    #[must_use]
    pub fn quarantine(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    /// Returns the folder of files that are being written; it is swept at every start.
    #[must_use]
    pub fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Returns the folder in which the child process of a job works.
    #[must_use]
    pub fn run(&self, job: JobId) -> PathBuf {
        self.runs().join(job.to_string())
    }

    /// Returns the folder of all such folders.
    #[must_use]
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// Returns the folder of the champions' models under their lasting names, for people and other programs.
    #[must_use]
    pub fn models(&self) -> PathBuf {
        self.root.join("models")
    }

    /// Writes a file of this data folder under its lasting name: a reader sees the old one or the new one, whatever dies in between.
    ///
    /// # Errors
    /// [`StorageError::ReadOnly`] or [`StorageError::DiskFull`]; the old file stands then.
    pub fn publish(&self, path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
        if let Some(folder) = path.parent() {
            disk::create_folder(folder)?;
        }
        let mut file = disk::Temporary::create(&self.temporary())?;
        file.write(bytes)?;
        file.publish(path)
    }

    /// Returns the folder into which others put games that are to be taken in.
    #[must_use]
    pub fn inbox(&self) -> PathBuf {
        self.root.join("inbox")
    }

    /// Returns the folder of log files.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    fn marker(&self) -> PathBuf {
        self.root.join(MARKER)
    }

    fn lock(&self) -> PathBuf {
        self.root.join(LOCK)
    }
}

/// Says who owns a data folder; written into the lock file for the one who comes second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockHolder {
    /// The process.
    pub pid: u32,
    /// The node.
    pub node: NodeId,
}

impl LockHolder {
    /// Names this process, running as `node`.
    #[must_use]
    pub fn this_process(node: NodeId) -> Self {
        Self { pid: std::process::id(), node }
    }
}

/// Is a data folder that this process uses: alone when opened with [`DataDir::open`], beside other readers with
/// [`DataDir::open_read_only`]. The lock ends with the value, and with the process however it ends.
#[derive(Debug)]
pub struct DataDir {
    layout: DataLayout,
    _lock: Option<File>,
}

impl DataDir {
    /// Opens the folder for this process alone, and makes it where it does not exist.
    ///
    /// # Errors
    /// [`StorageError::Locked`] naming the process that has it; [`StorageError::Foreign`] where it holds other things;
    /// [`StorageError::WrongVersion`] where a newer build made it; [`StorageError::ReadOnly`], [`StorageError::DiskFull`].
    pub fn open(root: &Path, holder: &LockHolder) -> Result<Self, StorageError> {
        let layout = DataLayout::new(root);
        disk::create_folder(root)?;
        refuse_foreign_folder(&layout)?;
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(layout.lock())
            .map_err(|error| StorageError::io("open", &layout.lock(), error))?;
        acquire(&layout, lock.try_lock())?;
        write_holder(&mut lock, holder).map_err(|error| StorageError::io("write", &layout.lock(), error))?;
        sweep(&layout.temporary())?;
        for folder in [layout.blobs(), layout.quarantine(), layout.temporary(), layout.runs(), layout.logs()]
        {
            disk::create_folder(&folder)?;
        }
        if !layout.marker().exists() {
            let mut marker = disk::Temporary::create(&layout.temporary())?;
            marker.write(MARKER_TEXT.as_bytes())?;
            marker.publish(&layout.marker())?;
        }
        Ok(Self { layout, _lock: Some(lock) })
    }

    /// Opens an existing folder that no node uses now, for reading.
    ///
    /// # Errors
    /// [`StorageError::Missing`] where there is none; [`StorageError::Locked`] naming the node that runs on it; else as [`DataDir::open`].
    pub fn open_read_only(root: &Path) -> Result<Self, StorageError> {
        let layout = DataLayout::new(root);
        if !layout.marker().exists() {
            refuse_foreign_folder(&layout)?;
            return Err(StorageError::Missing {
                path: layout.marker(),
                hint: "start rr-node once with this --data-dir, or point to another folder",
            });
        }
        refuse_foreign_folder(&layout)?;
        let lock = match File::open(layout.lock()) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(StorageError::io("open", &layout.lock(), error)),
        };
        if let Some(lock) = &lock {
            acquire(&layout, lock.try_lock_shared())?;
        }
        Ok(Self { layout, _lock: lock })
    }

    /// Returns where things lie.
    #[must_use]
    pub fn layout(&self) -> &DataLayout {
        &self.layout
    }
}

/// Refuses a folder that holds files but is not marked as ours, before anything is written into it.
fn refuse_foreign_folder(layout: &DataLayout) -> Result<(), StorageError> {
    match fs::read_to_string(layout.marker()) {
        Ok(text) if text == MARKER_TEXT => return Ok(()),
        Ok(text) => return Err(refuse_marker(layout, &text)),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(StorageError::io("read", &layout.marker(), error)),
    }
    let entries = match fs::read_dir(layout.root()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StorageError::io("read the folder", layout.root(), error)),
    };
    // A first start that was interrupted leaves the lock and empty folders, and never a database; tokens may be made and games brought
    // before it.
    let own = [LOCK, "blobs", "quarantine", "tmp", "runs", "logs", "audit", "inbox", "tokens.json"];
    for entry in entries {
        let name =
            entry.map_err(|error| StorageError::io("read the folder", layout.root(), error))?.file_name();
        if !own.iter().any(|own| name == *own) {
            return Err(StorageError::Foreign {
                path: layout.root().to_path_buf(),
                reason: format!("it holds `{}` and no {MARKER} file", name.to_string_lossy()),
            });
        }
    }
    Ok(())
}

fn refuse_marker(layout: &DataLayout, text: &str) -> StorageError {
    let version =
        text.strip_prefix("RingRift data folder\nlayout ").and_then(|rest| rest.trim().parse().ok());
    match version {
        Some(found) => StorageError::WrongVersion {
            what: format!("the data folder {}", layout.root().display()),
            found,
            known: 1,
        },
        None => StorageError::Foreign {
            path: layout.marker(),
            reason: "its text is not the mark of a data folder".to_owned(),
        },
    }
}

fn acquire(layout: &DataLayout, outcome: Result<(), TryLockError>) -> Result<(), StorageError> {
    match outcome {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(StorageError::Locked {
            path: layout.root().to_path_buf(),
            holder: read_holder(&layout.lock()),
        }),
        Err(TryLockError::Error(error)) => Err(StorageError::io("lock", &layout.lock(), error)),
    }
}

fn write_holder(lock: &mut File, holder: &LockHolder) -> std::io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    write!(lock, "process {} (node {})", holder.pid, holder.node)?;
    lock.flush()
}

fn read_holder(lock: &Path) -> String {
    let mut text = String::new();
    let read = File::open(lock).and_then(|file| file.take(400).read_to_string(&mut text));
    // The holder writes its name right after it has the lock; who looks in between learns less.
    if read.is_ok() && !text.trim().is_empty() {
        text.trim().to_owned()
    } else {
        "another process".to_owned()
    }
}

/// Deletes what interrupted writes left.
fn sweep(folder: &Path) -> Result<(), StorageError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StorageError::io("read the folder", folder, error)),
    };
    for entry in entries {
        let path = entry.map_err(|error| StorageError::io("read the folder", folder, error))?.path();
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(|error| StorageError::io("delete", &path, error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
