//! What computes: the device, and the workers of the loop.

use std::time::Duration;

use ractor::SpawnErr;
use rr_cluster::BudgetPolicy;

use super::group::group;
use crate::devices::{DeviceActor, DeviceArgs};
use crate::node::context::NodeContext;
use crate::supervision::{ChildSpec, Mailbox, Shutdown};
use crate::workers::arena::{ArenaActor, ArenaArgs};
use crate::workers::selfplay::{SelfPlayActor, SelfPlayArgs};
use crate::workers::trainer::{TrainerActor, TrainerArgs};

pub(in crate::node) fn device(context: &NodeContext) -> ChildSpec {
    let Some(plan) = &context.device_plan else { return without_device("device") };
    let (runtime, blobs) = (plan.runtime.clone(), (*context.blobs).clone());
    let args = DeviceArgs {
        in_flight: context.settings.devices.in_flight as usize,
        lanes: plan.lanes,
        permit: context.permit.clone(),
        ..DeviceArgs::new(&plan.name, runtime, plan.options.clone(), blobs, context.clock.clone())
    };
    ChildSpec::worker(&plan.name, move |_| (DeviceActor, args.clone()))
}

pub(in crate::node) fn self_play(context: &NodeContext) -> ChildSpec {
    let slots = 0..context.slots();
    let spec = slots.fold(group(context), |spec, slot| {
        let args = SelfPlayArgs {
            slot: u32::try_from(slot).unwrap_or(u32::MAX),
            pool: context.pool.clone(),
            store: context.store.clone(),
            publisher: context.publisher.clone(),
            device: context.device(),
            selfplay: context.settings.selfplay.clone(),
            search: context.settings.search.clone(),
            max_batch: context.settings.devices.max_batch as usize,
            node: context.node.clone(),
            clock: context.clock.clone(),
            permit: context.permit.clone(),
            status: context.board.self_play[slot].clone(),
        };
        let child = ChildSpec::worker(&slot.to_string(), move |_| (SelfPlayActor, args.clone()));
        spec.child(child.shutdown(Shutdown::Within(Duration::from_secs(9))).mailbox(Mailbox::refusing(1_024)))
    });
    ChildSpec::supervisor("self-play", spec)
}

pub(in crate::node) fn arena(context: &NodeContext) -> ChildSpec {
    let settings = &context.settings;
    let args = ArenaArgs {
        store: context.store.clone(),
        publisher: context.publisher.clone(),
        device: context.device(),
        cache: context.pool.cache(),
        evaluation: settings.evaluation.clone(),
        search: settings.search.clone(),
        budget: BudgetPolicy::from(&settings.budget),
        simulations: settings.selfplay.simulations,
        promotion: settings.promotion.clone(),
        threads: context.device_plan.as_ref().map_or(1, |plan| plan.lanes.max(1)),
        max_batch: settings.devices.max_batch as usize,
        clock: context.clock.clone(),
        permit: context.permit.clone(),
        status: context.board.arena.clone(),
    };
    ChildSpec::worker("arena", move |_| (ArenaActor, args.clone()))
}

pub(in crate::node) fn trainer(context: &NodeContext) -> ChildSpec {
    let settings = &context.settings;
    let standard = rr_config::NetShape { blocks: 4, channels: 48 }; // loading refuses a preset without a shape
    let args = TrainerArgs {
        store: context.store.clone(),
        blobs: context.blobs.clone(),
        publisher: context.publisher.clone(),
        layout: context.layout.clone(),
        settings: settings.training.clone(),
        devices: settings.devices.clone(),
        net: settings.net.shape().unwrap_or(standard),
        program: context.program.clone(),
        node: context.node.clone(),
        clock: context.clock.clone(),
        permit: context.permit.clone(),
        status: context.board.training.clone(),
    };
    ChildSpec::worker("trainer", move |_| (TrainerActor, args.clone()))
}

/// Describes a child that can't start, for a table that gives a row with a device to a role without one.
fn without_device(name: &str) -> ChildSpec {
    ChildSpec::new(name, |_| {
        let cause = "this node's role has no device; correct the roles of the registry";
        Box::pin(async move { Err(SpawnErr::StartupFailed(cause.into())) })
    })
}
