//! What decides.

use rr_cluster::BudgetPolicy;

use super::group::group;
use crate::leader::config::{ConfigActor, ConfigArgs, regression_policy};
use crate::leader::{
    PromotionActor, PromotionArgs, RatingsActor, RatingsArgs, SchedulerActor, SchedulerArgs,
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
    let args = SchedulerArgs {
        store: context.store.clone(),
        publisher: context.publisher.clone(),
        configs: [context.key].into(),
    };
    ChildSpec::worker("scheduler", move |_| (SchedulerActor, args.clone()))
}

pub(in crate::node) fn ratings(context: &NodeContext) -> ChildSpec {
    let args = RatingsArgs {
        store: context.store.clone(),
        publisher: context.publisher.clone(),
        bus: context.bus(),
        myself: context.tree.address(&NodePaths::ratings()),
        policy: regression_policy(&context.settings.promotion),
    };
    ChildSpec::worker("ratings", move |_| (RatingsActor, args.clone()))
}

pub(in crate::node) fn config(context: &NodeContext) -> ChildSpec {
    let spec = context.board.configs.iter().fold(group(context), |spec, (key, status)| {
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
            scheduler: tree.address(&NodePaths::scheduler()),
            selfplay: (0..context.slots()).map(|slot| tree.address(&NodePaths::self_play(slot))).collect(),
            myself: tree.address(&NodePaths::config(*key)),
            status: status.clone(),
            clock: context.clock.clone(),
        };
        let child = ChildSpec::worker(key.as_str(), move |_| (ConfigActor, args.clone()));
        spec.child(child.critical(true).mailbox(Mailbox::refusing(4_096)))
    });
    ChildSpec::supervisor("config", spec)
}
