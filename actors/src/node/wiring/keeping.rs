//! What keeps house: what follows the tree, what gives memory up, what keeps disk and data in order.

use std::sync::Arc;

use crate::daemons::cleaning::Cleaner;
use crate::daemons::daemon_watch::{DaemonWatchActor, DaemonWatchArgs, SharedRoll};
use crate::daemons::disk_space::{DiskSpaceActor, DiskSpaceArgs, FolderDisk};
use crate::daemons::idle_resource::{BoardView, IdleResourceActor, IdleResourceArgs};
use crate::daemons::integrity_check::{IntegrityCheckActor, IntegrityCheckArgs};
use crate::daemons::maintenance::{MaintenanceActor, MaintenanceArgs};
use crate::daemons::memory_relief::{MemoryReliefActor, MemoryReliefArgs};
use crate::daemons::model_distribution::{ModelDistributionActor, ModelDistributionArgs, ModelRegistry};
use crate::daemons::orphan_detection::{OrphanDetectionActor, OrphanDetectionArgs};
use crate::node::context::NodeContext;
use crate::node::paths::ROOT;
use crate::supervision::{ChildSpec, TreePath};

pub(in crate::node) fn daemon_watch(context: &NodeContext) -> ChildSpec {
    let (publisher, roll) = (context.publisher.clone(), SharedRoll::default());
    let (node, clock) = (context.node.clone(), context.clock.clone());
    ChildSpec::worker("daemon-watch", move |start| {
        let args = DaemonWatchArgs {
            tree: start.tree.clone(),
            root: TreePath::new(ROOT),
            roll: Arc::clone(&roll),
            publisher: publisher.clone(),
            node: node.clone(),
            clock: clock.clone(),
            myself: start.address(),
            observer: start.observer(),
        };
        (DaemonWatchActor, args)
    })
}

pub(in crate::node) fn memory_relief(context: &NodeContext) -> ChildSpec {
    let (cache, device, bus) = (context.pool.cache(), context.device(), context.bus());
    let (clock, permit) = (context.clock.clone(), context.permit.clone());
    ChildSpec::worker("memory-relief", move |start| {
        let args = MemoryReliefArgs {
            cache: cache.clone(),
            device: device.clone(),
            permit: permit.clone(),
            bus: bus.clone(),
            clock: clock.clone(),
            myself: start.address(),
            observer: start.observer(),
        };
        (MemoryReliefActor, args)
    })
}

pub(in crate::node) fn disk_space(context: &NodeContext) -> ChildSpec {
    let (settings, permit) = (context.settings.clone(), context.permit.clone());
    let (publisher, node) = (context.publisher.clone(), context.node.clone());
    let (cleaner, clock) = (cleaner(context), context.clock.clone());
    let folder = context.layout.root().to_path_buf();
    let probe = Arc::new(FolderDisk(folder.clone()));
    ChildSpec::worker("disk-space", move |start| {
        let args = DiskSpaceArgs {
            storage: settings.storage.clone(),
            keeping: settings.keeping.clone(),
            folder: folder.display().to_string(),
            probe: probe.clone(),
            cleaner: cleaner.clone(),
            permit: permit.clone(),
            publisher: publisher.clone(),
            node: node.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (DiskSpaceActor, args)
    })
}

pub(in crate::node) fn idle_resource(context: &NodeContext) -> ChildSpec {
    let (device, settings) = (context.device(), context.settings.clone());
    let (publisher, node) = (context.publisher.clone(), context.node.clone());
    let clock = context.clock.clone();
    let view = Arc::new(BoardView {
        board: context.board.clone(),
        permit: context.permit.clone(),
        pause_while_busy: context.pause_while_busy,
    });
    ChildSpec::worker("idle-resource", move |start| {
        let args = IdleResourceArgs {
            device: device.clone(),
            view: view.clone(),
            keeping: settings.keeping.clone(),
            publisher: publisher.clone(),
            node: node.clone(),
            clock: clock.clone(),
            myself: start.address(),
            observer: start.observer(),
        };
        (IdleResourceActor, args)
    })
}

pub(in crate::node) fn maintenance(context: &NodeContext) -> ChildSpec {
    let (store, settings, bus) = (context.store.clone(), context.settings.clone(), context.bus());
    let (cleaner, clock) = (cleaner(context), context.clock.clone());
    ChildSpec::worker("maintenance", move |start| {
        let args = MaintenanceArgs {
            store: store.clone(),
            cleaner: cleaner.clone(),
            storage: settings.storage.clone(),
            keeping: settings.keeping.clone(),
            bus: bus.clone(),
            clock: clock.clone(),
            myself: start.address(),
            observer: start.observer(),
        };
        (MaintenanceActor, args)
    })
}

pub(in crate::node) fn orphan_detection(context: &NodeContext) -> ChildSpec {
    let (store, settings) = (context.store.clone(), context.settings.clone());
    let (blobs, layout) = (Arc::clone(&context.blobs), context.layout.clone());
    let (publisher, node, clock) = (context.publisher.clone(), context.node.clone(), context.clock.clone());
    ChildSpec::worker("orphan-detection", move |start| {
        let args = OrphanDetectionArgs {
            store: store.clone(),
            blobs: Arc::clone(&blobs),
            layout: layout.clone(),
            storage: settings.storage.clone(),
            keeping: settings.keeping.clone(),
            publisher: publisher.clone(),
            node: node.clone(),
            clock: clock.clone(),
            myself: start.address(),
            observer: start.observer(),
        };
        (OrphanDetectionActor, args)
    })
}

pub(in crate::node) fn integrity_check(context: &NodeContext) -> ChildSpec {
    let (store, settings) = (context.store.clone(), context.settings.clone());
    let blobs = Arc::clone(&context.blobs);
    let (publisher, node, clock) = (context.publisher.clone(), context.node.clone(), context.clock.clone());
    ChildSpec::worker("integrity-check", move |start| {
        let args = IntegrityCheckArgs {
            store: store.clone(),
            blobs: Arc::clone(&blobs),
            publisher: publisher.clone(),
            node: node.clone(),
            keeping: settings.keeping.clone(),
            clock: clock.clone(),
            myself: start.address(),
            observer: start.observer(),
        };
        (IntegrityCheckActor, args)
    })
}

pub(in crate::node) fn model_distribution(context: &NodeContext) -> ChildSpec {
    let (store, bus, publisher) = (context.store.clone(), context.bus(), context.publisher.clone());
    let registry = ModelRegistry { blobs: Arc::clone(&context.blobs), layout: context.layout.clone() };
    let device = context.device_plan.is_some().then(|| context.device());
    let (node, clock) = (context.node.clone(), context.clock.clone());
    ChildSpec::worker("model-distribution", move |start| {
        let args = ModelDistributionArgs {
            store: store.clone(),
            registry: registry.clone(),
            device: device.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            node: node.clone(),
            clock: clock.clone(),
            myself: start.address(),
            observer: start.observer(),
        };
        (ModelDistributionActor, args)
    })
}

/// Returns what takes away what can go.
fn cleaner(context: &NodeContext) -> Cleaner {
    Cleaner {
        store: context.store.clone(),
        blobs: Arc::clone(&context.blobs),
        layout: context.layout.clone(),
        clock: context.clock.clone(),
    }
}
