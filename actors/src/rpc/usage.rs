//! What the node's process uses of its machine.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rr_proto::admin::NodeUsage;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::daemons::memory_monitor::machine_memory;
use crate::supervision::RateMarks;

/// Measures this process between looks.
pub(super) struct UsageMeter {
    seen: Mutex<(System, RateMarks)>,
    started: Instant,
}

impl UsageMeter {
    /// Starts to measure.
    pub fn new() -> Self {
        let mut system = System::new();
        let (spent, _) = process(&mut system);
        let marks = RateMarks::counted(Duration::ZERO, spent);
        Self { seen: Mutex::new((system, marks)), started: Instant::now() }
    }

    /// Looks. It may block for a moment.
    pub fn read(&self) -> NodeUsage {
        // Every look overwrites what the last one left, so a poisoned lock is still good.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (system, marks) = &mut *seen;
        let machine = machine_memory(system);
        let (spent, memory_bytes) = process(system);
        NodeUsage {
            // Milliseconds of work per second of time: ten of them are one percent.
            cpu_percent: marks.rate(self.started.elapsed(), spent) / 10.0,
            memory_bytes,
            memory_total_bytes: machine.total_bytes,
            memory_available_bytes: machine.total_bytes.saturating_sub(machine.used_bytes),
            cores: std::thread::available_parallelism()
                .map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX)),
        }
    }
}

/// Returns the processor time that this process has spent in all, in milliseconds, and the bytes that it holds.
fn process(system: &mut System) -> (u64, u64) {
    let me = Pid::from_u32(std::process::id());
    let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[me]), false, what);
    system.process(me).map_or((0, 0), |process| (process.accumulated_cpu_time(), process.memory()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_seen() {
        let meter = UsageMeter::new();
        let begun = Instant::now();
        let mut usage = meter.read();
        // The kernel counts in ticks, and other work may have the core for a while.
        while usage.cpu_percent <= 0.0 && begun.elapsed() < Duration::from_secs(30) {
            usage = meter.read();
        }
        assert!(usage.cpu_percent > 0.0, "{usage:?}");
        assert!(
            usage.memory_bytes > 0 && usage.memory_available_bytes < usage.memory_total_bytes,
            "{usage:?}"
        );
        assert!(usage.cores > 0);
    }
}
