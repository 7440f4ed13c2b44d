//! Reading how full a disk is.

use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// Says how much of a disk is left to this user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DiskReading {
    /// Bytes that this user may still write.
    pub free_bytes: u64,
    /// Bytes that this user could write on an empty disk.
    pub total_bytes: u64,
}

impl DiskReading {
    /// Reads the disk that a folder lies on.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let path = CString::new(folder.as_os_str().as_bytes())?;
        // SAFETY: all zeros is a value of this structure of numbers.
        let mut stat: libc::statvfs = unsafe { std::mem::zeroed() };
        // SAFETY: the path ends with a zero byte, and the call fills the structure and keeps no pointer.
        if unsafe { libc::statvfs(path.as_ptr(), &raw mut stat) } != 0 {
            return Err(io::Error::last_os_error());
        }
        let (block, free) = (stat.f_frsize as u64, stat.f_bavail as u64);
        // What is kept for the superuser is neither in use nor to be had.
        let used = (stat.f_blocks as u64).saturating_sub(stat.f_bfree as u64);
        let total = used.saturating_add(free);
        Ok(Self { free_bytes: free.saturating_mul(block), total_bytes: total.saturating_mul(block) })
    }

    /// Returns the bytes in use.
    pub fn used_bytes(self) -> u64 {
        self.total_bytes.saturating_sub(self.free_bytes)
    }

    /// Returns the share in use, 0 to 1.
    pub fn share(self) -> f64 {
        if self.total_bytes == 0 { 0.0 } else { self.used_bytes() as f64 / self.total_bytes as f64 }
    }
}

/// Reads a disk; a test shows what it likes.
pub trait DiskProbe: Send + Sync + 'static {
    /// Looks once. It may block for a moment.
    ///
    /// # Errors
    /// When the system does not tell.
    fn read(&self) -> io::Result<DiskReading>;
}

/// Reads the disk that a folder lies on.
#[derive(Debug, Clone)]
pub struct FolderDisk(pub PathBuf);

impl DiskProbe for FolderDisk {
    fn read(&self) -> io::Result<DiskReading> {
        DiskReading::of(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_of_a_folder_has_room_and_one_of_no_folder_can_t_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let reading = FolderDisk(folder.path().to_path_buf()).read().unwrap();
        assert!(reading.total_bytes > 0 && reading.free_bytes <= reading.total_bytes, "{reading:?}");
        assert!(FolderDisk(folder.path().join("none")).read().is_err());
    }
}
