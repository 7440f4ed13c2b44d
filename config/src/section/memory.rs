//! How memory is watched.

use crate::check::Checks;

section! {
    /// Says how memory is watched. The shares that are warned of and that hold new work are `devices.memory_warn` and `devices.memory_pressure`.
    pub struct MemorySection as "memory" {
        /// Seconds between two looks at the memory of the machine, of its accelerators and of this process.
        pub interval_seconds: u64 = 30,
        /// Share by which memory in use must fall under `devices.memory_pressure` before new work is taken again.
        pub clear_gap: f64 = 0.05,
        /// Memory of this process, in MiB, from which new work is held as well; 0 sets no limit.
        pub process_limit_mb: u64 = 32_768,
    }
}

impl MemorySection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("memory.interval_seconds", self.interval_seconds, 1);
        checks.share("memory.clear_gap", self.clear_gap);
    }
}
