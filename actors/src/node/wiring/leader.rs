//! What decides.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rr_cluster::{BudgetPolicy, CoursePolicy, PlateauPolicy};
use rr_proto::ConfigKey;

use super::group::group;
use crate::leader::config::{ConfigActor, ConfigArgs, anchor_floors, regression_policy};
use crate::leader::{
    LedConfig, PromotionActor, PromotionArgs, RatingsActor, RatingsArgs, SchedulerActor, SchedulerArgs,
};
use crate::node::context::NodeContext;
use crate::node::paths::NodePaths;
use crate::supervision::{ChildSpec, Mailbox};

pub(in crate::node) fn promotion(context: &NodeContext) -> ChildSpec {
    let args = PromotionArgs {
        store: context.store.clone(),
        publisher: context.publisher.clone(),
        regression: regression_policy(&context.settings.promotion),
        clock: context.clock.clone(),
    };
    ChildSpec::worker("promotion", move |_| (PromotionActor, args.clone()))
}

pub(in crate::node) fn scheduler(context: &NodeContext) -> ChildSpec {
    let section = &context.settings.scheduler;
    let led = |(key, _): &(ConfigKey, _)| LedConfig {
        key: *key,
        address: context.tree.address(&NodePaths::config(*key)),
    };
    let configs: Arc<[LedConfig]> = context.board.configs.iter().map(led).collect();
    let (store, publisher, bus) = (context.store.clone(), context.publisher.clone(), context.bus());
    let (clock, slots, weights) = (context.clock.clone(), context.slots(), context.weights.subscribe());
    let every = Duration::from_secs(section.interval_seconds);
    let plateau = PlateauPolicy::from(&context.settings.promotion);
    ChildSpec::worker("scheduler", move |start| {
        let args = SchedulerArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: configs.clone(),
            slots,
            weights: weights.clone(),
            plateau,
            every,
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (SchedulerActor, args)
    })
}

pub(in crate::node) fn ratings(context: &NodeContext) -> ChildSpec {
    let promotion = &context.settings.promotion;
    let policy = |(key, _): &(ConfigKey, _)| {
        let policy = CoursePolicy {
            plateau: PlateauPolicy::from(promotion),
            regression: regression_policy(promotion),
            floors: anchor_floors(*key, promotion),
            players: key.players(),
        };
        (*key, policy)
    };
    let policies: BTreeMap<ConfigKey, CoursePolicy> = context.board.configs.iter().map(policy).collect();
    let (store, publisher, bus) = (context.store.clone(), context.publisher.clone(), context.bus());
    let clock = context.clock.clone();
    ChildSpec::worker("ratings", move |start| {
        let args = RatingsArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            myself: start.address(),
            policies: policies.clone(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (RatingsActor, args)
    })
}

pub(in crate::node) fn config(context: &NodeContext) -> ChildSpec {
    let configs = context.board.configs.iter().enumerate();
    let count = context.board.configs.len().max(1);
    let spec = configs.fold(group(context), |spec, (place, (key, status))| {
        let tree = &context.tree;
        let args = ConfigArgs {
            config: context.config,
            params: context.params,
            pause_while_busy: context.pause_while_busy,
            budget: BudgetPolicy::from(&context.settings.budget),
            simulations: context.settings.selfplay.simulations,
            store: context.store.clone(),
            publisher: context.publisher.clone(),
            bus: context.bus(),
            training: tree.address(&NodePaths::training_gate()),
            arena: tree.address(&NodePaths::arena()),
            promotion: tree.address(&NodePaths::promotion()),
            curriculum: tree.address(&NodePaths::curriculum()),
            selfplay: (0..context.slots()).map(|slot| tree.address(&NodePaths::self_play(slot))).collect(),
            slots: (0..context.slots()).filter(|slot| slot % count == place).collect(),
            myself: tree.address(&NodePaths::config(*key)),
            status: status.clone(),
            clock: context.clock.clone(),
        };
        let child = ChildSpec::worker(key.as_str(), move |_| (ConfigActor, args.clone()));
        spec.child(child.critical(true).mailbox(Mailbox::refusing(4_096)))
    });
    ChildSpec::supervisor("config", spec)
}
