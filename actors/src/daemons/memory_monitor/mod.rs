//! MEMORY_MONITOR: watches the memory of the machine, of its accelerators and of this process, and holds new work while it is short.

mod actor;
mod level;
mod news;
mod probe;

pub use actor::{MemoryMonitorActor, MemoryMonitorArgs, MemoryMonitorMsg, MemoryMonitorState};
pub use level::{MemoryLevel, MemoryLimits};
pub use news::MemoryNews;
pub use probe::{MemoryProbe, MemoryReading, MemoryUse, SystemMemory, machine_memory};
