//! Reading the machine and this process: disk, memory, processor time, file handles, threads.

use std::fs;
use std::path::Path;

use sysinfo::{DiskRefreshKind, Disks};

use crate::daemons::memory_monitor::{MemoryProbe, MemoryUse};

/// Holds what one look found; what the system does not tell is left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MachineReading {
    /// Memories that others share with this process.
    pub memories: Vec<MemoryUse>,
    /// Memory of this process alone.
    pub process_bytes: u64,
    /// Time that it spent on processors.
    pub cpu_seconds: Option<f64>,
    /// Its threads.
    pub threads: Option<u64>,
    /// Its file handles.
    pub open_files: Option<u64>,
    /// File handles that it may have.
    pub limit_files: Option<u64>,
    /// Free space and size of the data folder's disk.
    pub disk: Option<(u64, u64)>,
    /// Size of the database file.
    pub database_bytes: Option<u64>,
}

impl MachineReading {
    /// Looks once; it may block for a moment.
    pub fn take(memory: &dyn MemoryProbe, folder: &Path, database: &Path) -> Self {
        let reading = memory.read();
        let stat = fs::read_to_string("/proc/self/stat").ok();
        let (cpu_seconds, threads) = stat.as_deref().and_then(times_and_threads).unzip();
        Self {
            memories: reading.shared,
            process_bytes: reading.process_bytes,
            cpu_seconds,
            threads,
            open_files: fs::read_dir("/proc/self/fd").ok().map(|files| files.count() as u64),
            limit_files: fs::read_to_string("/proc/self/limits").ok().as_deref().and_then(file_limit),
            disk: disk_of(folder),
            database_bytes: fs::metadata(database).ok().map(|file| file.len()),
        }
    }
}

/// Reads processor time and threads out of `/proc/self/stat`, whose second field may hold spaces.
fn times_and_threads(stat: &str) -> Option<(f64, u64)> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    // SAFETY: the call takes a number and returns one.
    let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    let ticks = number(11)?.saturating_add(number(12)?);
    (per_second > 0).then(|| (ticks as f64 / per_second as f64, number(17).unwrap_or(0)))
}

/// Reads how many file handles a process may have out of `/proc/self/limits`.
fn file_limit(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Finds the disk that a folder is on: the one whose mount point is the longest part of its path.
fn disk_of(folder: &Path) -> Option<(u64, u64)> {
    let folder = fs::canonicalize(folder).ok()?;
    let disks = Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_storage());
    let holds = disks.iter().filter(|disk| folder.starts_with(disk.mount_point()));
    let disk = holds.max_by_key(|disk| disk.mount_point().as_os_str().len())?;
    Some((disk.available_space(), disk.total_space()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemons::memory_monitor::SystemMemory;

    #[test]
    fn this_machine_and_this_process_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("database");
        fs::write(&file, [0; 77]).unwrap();
        let reading = MachineReading::take(&SystemMemory::new(), folder.path(), &file);
        assert_eq!(reading.database_bytes, Some(77));
        assert!(reading.threads >= Some(1) && reading.cpu_seconds.is_some(), "{reading:?}");
        assert!(reading.open_files >= Some(1) && reading.limit_files >= reading.open_files, "{reading:?}");
        assert!(reading.process_bytes > 100_000, "{reading:?}");
    }

    #[test]
    fn a_name_with_spaces_and_brackets_is_no_field() {
        let stat = "7 (a ) b) S 1 1 1 0 -1 4 1 0 0 0 250 50 0 0 20 0 9 0 100 1 1";
        // SAFETY: as above.
        let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
        let (seconds, threads) = times_and_threads(stat).unwrap();
        assert_eq!(((seconds * per_second).round() as u64, threads), (300, 9));
        assert_eq!(times_and_threads("7 (a"), None);
        assert_eq!(file_limit("Max open files            1024     4096     files\n"), Some(1024));
        assert_eq!(file_limit("Max open files            unlimited unlimited files\n"), None);
    }
}
