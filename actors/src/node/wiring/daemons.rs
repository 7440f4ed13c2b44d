//! What watches, tidies and feeds.

use std::sync::Arc;
use std::time::Duration;

use crate::daemons::memory_monitor::{MemoryMonitorActor, MemoryMonitorArgs, SystemMemory};
use crate::node::context::NodeContext;
use crate::supervision::{ChildSpec, Watchdog, WatchdogArgs};

pub(in crate::node) fn watchdog(context: &NodeContext) -> ChildSpec {
    let section = &context.settings.supervision;
    let every = Duration::from_secs(section.health_check_seconds);
    let limit = Duration::from_secs(section.handler_limit_seconds);
    ChildSpec::worker("watchdog", move |start| {
        let args = WatchdogArgs {
            tree: start.tree.clone(),
            every,
            limit,
            myself: start.address(),
            observer: start.observer(),
        };
        (Watchdog, args)
    })
}

pub(in crate::node) fn memory_monitor(context: &NodeContext) -> ChildSpec {
    let (settings, permit) = (context.settings.clone(), context.permit.clone());
    let (probe, clock) = (Arc::new(SystemMemory::new()), context.clock.clone());
    let (publisher, node) = (context.publisher.clone(), context.node.clone());
    ChildSpec::worker("memory-monitor", move |start| {
        let args = MemoryMonitorArgs {
            settings: settings.memory.clone(),
            devices: settings.devices.clone(),
            probe: probe.clone(),
            permit: permit.clone(),
            publisher: publisher.clone(),
            node: node.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (MemoryMonitorActor, args)
    })
}
