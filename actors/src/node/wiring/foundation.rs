//! What everything else stands on.

use std::time::Duration;

use crate::bus::{BusArgs, BusSettings, DeadLetterActor, DeadLetterArgs, DeadLetterPolicy, EventBus};
use crate::node::context::NodeContext;
use crate::node::paths::NodePaths;
use crate::store::{StoreActor, StoreArgs};
use crate::supervision::ChildSpec;

pub(in crate::node) fn store(context: &NodeContext) -> ChildSpec {
    let args = StoreArgs::new(context.layout.database(), context.store_options);
    ChildSpec::worker("store", move |_| (StoreActor, args.clone())).start_within(Duration::from_secs(600))
}

pub(in crate::node) fn event_bus(context: &NodeContext) -> ChildSpec {
    let settings = BusSettings {
        history: context.settings.storage.event_history,
        ..BusSettings::from(&context.settings.events)
    };
    let (store, clock) = (context.store.clone(), context.clock.clone());
    ChildSpec::worker("event-bus", move |start| {
        let args = BusArgs { store: store.clone(), clock: clock.clone(), settings, seed: start.seed };
        (EventBus, args)
    })
}

pub(in crate::node) fn dead_letters(context: &NodeContext) -> ChildSpec {
    let myself = context.tree.address(&NodePaths::daemon("dead-letters"));
    let (store, bus, publisher) = (context.store.clone(), context.bus(), context.publisher.clone());
    let (clock, node) = (context.clock.clone(), context.node.clone());
    let policy = DeadLetterPolicy::from(&context.settings.events);
    ChildSpec::worker("dead-letters", move |start| {
        let args = DeadLetterArgs {
            store: store.clone(),
            bus: bus.clone(),
            publisher: publisher.clone(),
            clock: clock.clone(),
            policy,
            node: node.clone(),
            myself: myself.clone(),
            observer: start.observer(),
        };
        (DeadLetterActor, args)
    })
}
