//! What decides which data may train: taking games in, verdicts, quality, age, and the gate in front of the trainer.

use std::sync::Arc;
use std::time::Duration;

use rr_cluster::TrainingGate;
use rr_proto::ConfigKey;

use crate::daemons::data_pipeline::{DataPipelineActor, DataPipelineArgs};
use crate::daemons::hours::hours;
use crate::daemons::parity_gate::{GrantWish, ParityGateActor, ParityGateArgs};
use crate::daemons::quality_monitor::{QualityMonitorActor, QualityMonitorArgs};
use crate::daemons::stale_fallback::{StaleFallbackActor, StaleFallbackArgs};
use crate::leader::{TrainingGateActor, TrainingGateArgs};
use crate::node::context::NodeContext;
use crate::node::paths::NodePaths;
use crate::supervision::ChildSpec;

/// The key that asks for the grant.
const GRANT_KEY: &str = "training.allow_pending_gate";
/// Time after which files that changed are looked at again.
const LOOK_SOON: Duration = Duration::from_secs(5);
/// Time between two rounds of the parity gate.
const PARITY_EVERY: Duration = Duration::from_secs(5);
/// Share of games that replay otherwise above which nothing of their config trains: the rules are in doubt then.
const MAX_FAILED_SHARE: f64 = 0.5;

pub(in crate::node) fn data_pipeline(context: &NodeContext) -> ChildSpec {
    let (settings, inbox) = (context.settings.sync.clone(), context.layout.inbox());
    let (store, publisher, node) = (context.store.clone(), context.publisher.clone(), context.node.clone());
    let (permit, clock) = (context.permit.clone(), context.clock.clone());
    ChildSpec::worker("data-pipeline", move |start| {
        let args = DataPipelineArgs {
            settings: settings.clone(),
            soon: LOOK_SOON,
            inbox: inbox.clone(),
            store: store.clone(),
            publisher: publisher.clone(),
            node: node.clone(),
            permit: permit.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (DataPipelineActor, args)
    })
}

pub(in crate::node) fn parity_gate(context: &NodeContext) -> ChildSpec {
    let grant = grant_wish(context);
    let (store, publisher, clock) = (context.store.clone(), context.publisher.clone(), context.clock.clone());
    ChildSpec::worker("parity-gate", move |start| {
        let args = ParityGateArgs {
            every: PARITY_EVERY,
            grant: grant.clone(),
            store: store.clone(),
            publisher: publisher.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (ParityGateActor, args)
    })
}

/// Returns the grant that the configuration asks for, held by whoever set the key on this node.
fn grant_wish(context: &NodeContext) -> Option<GrantWish> {
    let training = &context.settings.training;
    let row = context.setting_rows.iter().find(|row| row.key == GRANT_KEY);
    let origin = row.map_or_else(|| "unknown".to_owned(), |row| row.origin.to_string());
    let holder = format!("{} ({origin})", context.node);
    training.allow_pending_gate.then(|| GrantWish { holder, lasts: hours(training.pending_gate_hours) })
}

pub(in crate::node) fn quality_monitor(context: &NodeContext) -> ChildSpec {
    let settings = context.settings.quality.clone();
    let (store, publisher, clock) = (context.store.clone(), context.publisher.clone(), context.clock.clone());
    ChildSpec::worker("quality-monitor", move |start| {
        let args = QualityMonitorArgs {
            settings: settings.clone(),
            store: store.clone(),
            publisher: publisher.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (QualityMonitorActor, args)
    })
}

pub(in crate::node) fn stale_fallback(context: &NodeContext) -> ChildSpec {
    let settings = context.settings.sync.clone();
    let configs: Arc<[ConfigKey]> = context.board.configs.iter().map(|(key, _)| *key).collect();
    let (store, publisher, bus) = (context.store.clone(), context.publisher.clone(), context.bus());
    let clock = context.clock.clone();
    ChildSpec::worker("stale-fallback", move |start| {
        let args = StaleFallbackArgs {
            settings: settings.clone(),
            configs: configs.clone(),
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (StaleFallbackActor, args)
    })
}

pub(in crate::node) fn training_gate(context: &NodeContext) -> ChildSpec {
    let settings = &context.settings;
    let gate = TrainingGate {
        max_age: hours(settings.training.max_data_age_hours),
        absolute_max_age: hours(settings.sync.fallback_max_age_hours),
        min_quality: settings.quality.min_to_train,
        max_failed_share: MAX_FAILED_SHARE,
    };
    let (store, publisher, permit) =
        (context.store.clone(), context.publisher.clone(), context.permit.clone());
    let (trainer, clock) = (context.tree.address(&NodePaths::trainer()), context.clock.clone());
    ChildSpec::worker("training-gate", move |start| {
        let args = TrainingGateArgs {
            gate,
            store: store.clone(),
            publisher: publisher.clone(),
            trainer: trainer.clone(),
            permit: permit.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (TrainingGateActor, args)
    })
}
