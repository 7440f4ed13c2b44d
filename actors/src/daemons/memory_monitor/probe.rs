//! Reading memory: of the machine or its container, of this process, of accelerators.

use std::sync::{Mutex, OnceLock, PoisonError};

use nvml_wrapper::Nvml;
use serde::Serialize;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// Says how much of one memory is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemoryUse {
    /// Which memory: `ram`, `process`, or `vram:0` and so on.
    pub name: String,
    /// In use.
    pub used_bytes: u64,
    /// All of it; 0 where there is none.
    pub total_bytes: u64,
}

impl MemoryUse {
    /// Returns the share in use.
    pub fn share(&self) -> f64 {
        if self.total_bytes == 0 { 0.0 } else { self.used_bytes as f64 / self.total_bytes as f64 }
    }
}

/// Holds what one look found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryReading {
    /// Memory that others share with this process.
    pub shared: Vec<MemoryUse>,
    /// Memory of this process alone.
    pub process_bytes: u64,
}

/// Reads memory; a test shows what it likes.
pub trait MemoryProbe: Send + Sync + 'static {
    /// Looks once. It may block for a moment.
    fn read(&self) -> MemoryReading;
}

/// The library for accelerators, loaded at the first look and once for the process.
static NVML: OnceLock<Option<Nvml>> = OnceLock::new();

/// Reads the memory of this machine.
pub struct SystemMemory {
    system: Mutex<System>,
}

impl SystemMemory {
    /// Makes a reader.
    pub fn new() -> Self {
        Self { system: Mutex::new(System::new()) }
    }
}

/// Reads the memory of every accelerator that NVML shows.
fn accelerators() -> Vec<MemoryUse> {
    let library = NVML.get_or_init(|| {
        let found = Nvml::init().inspect_err(|error| {
            tracing::info!(%error, "no memory of NVIDIA accelerators is watched: NVML is not there");
        });
        found.ok()
    });
    let Some(library) = library else { return Vec::new() };
    let count = library.device_count().unwrap_or(0);
    let read = |index: u32| {
        let memory = library.device_by_index(index).and_then(|device| device.memory_info()).ok()?;
        let name = format!("vram:{index}");
        Some(MemoryUse { name, used_bytes: memory.used, total_bytes: memory.total })
    };
    (0..count).filter_map(read).collect()
}

impl Default for SystemMemory {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryProbe for SystemMemory {
    fn read(&self) -> MemoryReading {
        // Every look overwrites what the last one left, so a poisoned lock is still good.
        let mut system = self.system.lock().unwrap_or_else(PoisonError::into_inner);
        let mut shared = vec![machine_memory(&mut system)];
        let me = Pid::from_u32(std::process::id());
        let only_memory = ProcessRefreshKind::nothing().with_memory();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[me]), false, only_memory);
        let process_bytes = system.process(me).map_or(0, sysinfo::Process::memory);
        shared.extend(accelerators());
        MemoryReading { shared, process_bytes }
    }
}

/// Reads the memory of the machine, or of the container that the process lives in.
pub fn machine_memory(system: &mut System) -> MemoryUse {
    system.refresh_memory();
    let machine = (system.total_memory(), system.available_memory());
    // A container's limit is what kills this process, whatever the machine has.
    let (total, available) = match system.cgroup_limits() {
        Some(limits) if limits.total_memory > 0 && limits.total_memory < machine.0 => {
            (limits.total_memory, limits.free_memory)
        }
        _ => machine,
    };
    MemoryUse { name: "ram".to_owned(), used_bytes: total.saturating_sub(available), total_bytes: total }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_memory_and_this_process_uses_some() {
        let probe = SystemMemory::new();
        let reading = probe.read();
        let ram = &reading.shared[0];
        assert_eq!(ram.name, "ram");
        assert!(ram.total_bytes > 0 && ram.share() > 0.0 && ram.share() < 1.0, "{reading:?}");
        assert!(reading.process_bytes > 100_000 && reading.process_bytes < ram.total_bytes, "{reading:?}");
        assert_eq!(
            probe.read().shared.len(),
            reading.shared.len(),
            "the second look finds the same memories"
        );
    }
}
