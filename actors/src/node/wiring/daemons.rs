//! What looks after things on its own.

use std::sync::Arc;

use crate::daemons::memory_monitor::{MemoryMonitorActor, MemoryMonitorArgs, SystemMemory};
use crate::node::context::NodeContext;
use crate::supervision::ChildSpec;

pub(in crate::node) fn memory_monitor(context: &NodeContext) -> ChildSpec {
    let (settings, permit) = (context.settings.clone(), context.permit.clone());
    let (probe, clock) = (Arc::new(SystemMemory::new()), context.clock.clone());
    ChildSpec::worker("memory-monitor", move |start| {
        let args = MemoryMonitorArgs {
            settings: settings.memory.clone(),
            devices: settings.devices.clone(),
            probe: probe.clone(),
            permit: permit.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (MemoryMonitorActor, args)
    })
}
