//! What everything else stands on.

use std::time::Duration;

use crate::bus::{BusArgs, BusSettings, EventBus};
use crate::node::context::NodeContext;
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
