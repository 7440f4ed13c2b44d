//! What lets results steer what is played and trained next.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rr_cluster::{AnchorFloors, FeedbackPolicy, ProgressPolicy};
use rr_proto::ConfigKey;

use crate::leader::config::anchor_floors;
use crate::leader::{
    CurriculumActor, CurriculumArgs, FeedbackActor, FeedbackArgs, ProgressWatchdogActor,
    ProgressWatchdogArgs, QueuePopulatorActor, QueuePopulatorArgs,
};
use crate::node::context::NodeContext;
use crate::supervision::ChildSpec;

pub(in crate::node) fn curriculum(context: &NodeContext) -> ChildSpec {
    let (store, publisher, bus) = (context.store.clone(), context.publisher.clone(), context.bus());
    let (clock, configs) = (context.clock.clone(), floors(context));
    ChildSpec::worker("curriculum", move |start| {
        let args = CurriculumArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: configs.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (CurriculumActor, args)
    })
}

pub(in crate::node) fn feedback(context: &NodeContext) -> ChildSpec {
    let (store, publisher, bus) = (context.store.clone(), context.publisher.clone(), context.bus());
    let (clock, configs, settings) = (context.clock.clone(), led(context), context.settings.clone());
    ChildSpec::worker("feedback", move |start| {
        let args = FeedbackArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: configs.clone(),
            policy: FeedbackPolicy::from(&settings.feedback),
            temperature: settings.selfplay.opening_temperature,
            learning_rate: settings.training.learning_rate,
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (FeedbackActor, args)
    })
}

pub(in crate::node) fn progress_watchdog(context: &NodeContext) -> ChildSpec {
    let (store, publisher, bus) = (context.store.clone(), context.publisher.clone(), context.bus());
    let (clock, configs, permit) = (context.clock.clone(), led(context), context.permit.clone());
    let section = &context.settings.feedback;
    let (policy, every) = (ProgressPolicy::from(section), Duration::from_secs(section.progress_seconds));
    ChildSpec::worker("progress-watchdog", move |start| {
        let args = ProgressWatchdogArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: configs.clone(),
            policy,
            every,
            permit: permit.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (ProgressWatchdogActor, args)
    })
}

pub(in crate::node) fn queue_populator(context: &NodeContext) -> ChildSpec {
    let (store, publisher, bus) = (context.store.clone(), context.publisher.clone(), context.bus());
    let (clock, configs) = (context.clock.clone(), led(context));
    ChildSpec::worker("queue-populator", move |start| {
        let args = QueuePopulatorArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: configs.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (QueuePopulatorActor, args)
    })
}

/// Returns the configs that the node leads.
fn led(context: &NodeContext) -> Arc<[ConfigKey]> {
    context.board.configs.iter().map(|(key, _)| *key).collect()
}

/// Returns the configs that the node leads, with the win rates that a champion should reach.
fn floors(context: &NodeContext) -> BTreeMap<ConfigKey, AnchorFloors> {
    let promotion = &context.settings.promotion;
    context.board.configs.iter().map(|(key, _)| (*key, anchor_floors(*key, promotion))).collect()
}
