//! The actor itself. Supervised by `daemons`, one for one; nothing restarts with it. What was told outlives it, so that a restart
//! tells nothing twice; news that could not be stored are told at the next look.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_proto::{Event, HealthAlert, NodeId, UnixMillis};
use serde::Serialize;
use tokio::task::JoinHandle;

use super::alerts::AlertWatch;
use super::causes::alert_causes;
use super::news::DaemonRoll;
use super::sighting::sightings;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::{DaemonCondition, DaemonHealth};
use crate::error::BusFailure;
use crate::supervision::{ActorTree, Address, NodeState, Observer, TreePath, health_score};

/// Time between two looks at a tree that does not change.
const LOOK: Duration = Duration::from_secs(5);
/// How long changes are collected before a look: a restart that takes less is told as one thing.
const SETTLE: Duration = Duration::from_millis(250);

/// What the daemon watch is told.
#[derive(Debug)]
pub enum DaemonWatchMsg {
    /// Look at the tree.
    Look,
}

/// What was told of the daemons; shared by all lives of the watch.
pub type SharedRoll = Arc<Mutex<DaemonRoll>>;

/// What the daemon watch needs.
#[derive(Clone)]
pub struct DaemonWatchArgs {
    /// The tree that it follows.
    pub tree: ActorTree,
    /// The top of that tree.
    pub root: TreePath,
    /// What was told before.
    pub roll: SharedRoll,
    /// Events.
    pub publisher: EventPublisher,
    /// This node.
    pub node: NodeId,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// This actor, for its looks.
    pub myself: Address<DaemonWatchMsg>,
    /// Shows the state.
    pub observer: Observer,
}

/// Tells of what changes among the daemons.
pub struct DaemonWatchActor;

/// What stands against the node's health, and since when.
pub struct DaemonWatchState {
    args: DaemonWatchArgs,
    alerts: AlertWatch,
    health: DaemonHealth,
    shown: DaemonWatchView,
    waker: JoinHandle<()>,
}

/// What the daemon watch shows.
#[derive(Debug, Clone, Default, Serialize)]
struct DaemonWatchView {
    daemons: usize,
    health_score: f64,
    told: u64,
    alerts: u64,
    standing_alerts: Vec<String>,
}

impl Actor for DaemonWatchActor {
    type Msg = DaemonWatchMsg;
    type State = DaemonWatchState;
    type Arguments = DaemonWatchArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<DaemonWatchMsg>,
        args: DaemonWatchArgs,
    ) -> Result<DaemonWatchState, ActorProcessingErr> {
        myself.cast(DaemonWatchMsg::Look)?;
        let waker = tokio::spawn(wake(args.tree.clone(), args.myself.clone()));
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        let shown = DaemonWatchView::default();
        Ok(DaemonWatchState { args, alerts: AlertWatch::default(), health, shown, waker })
    }

    async fn handle(
        &self,
        _myself: ActorRef<DaemonWatchMsg>,
        DaemonWatchMsg::Look: DaemonWatchMsg,
        state: &mut DaemonWatchState,
    ) -> Result<(), ActorProcessingErr> {
        state.look().await;
        Ok(())
    }
}

impl DaemonWatchState {
    async fn look(&mut self) {
        let stops =
            self.args.tree.node(&self.args.root).is_some_and(|root| root.state == NodeState::Stopping);
        if stops {
            return; // that everything ends one after the other is no news then
        }
        match self.tell().await {
            Ok(()) => self.health.worked(),
            Err(failure) => self.health.failed("daemon-watch", &failure),
        }
        self.args.observer.show(self.health.with(&self.shown));
    }

    async fn tell(&mut self) -> Result<(), BusFailure> {
        let (args, at) = (&self.args, UnixMillis(self.args.clock.unix_ms()));
        let tree = args.tree.subtree(&args.root);
        let cascade = args.tree.cascade();
        let seen = sightings(&tree, |path| condition(&args.tree, path));
        let mut roll = args.roll.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut alerts = self.alerts.clone();
        let now = args.tree.clock().monotonic();

        let news = roll.look(&seen).into_iter().map(|(path, news)| news.event(&args.node, &path, at));
        let mut events: Vec<Event> = news.collect();
        events.extend(roll.cascade(args.tree.cascade_opening(), cascade.open_for.is_some(), &args.node, at));
        let due = alerts.look(now, alert_causes(&seen, &tree, &cascade));
        let alerted = due.len();
        let alert = |cause: super::AlertCause| {
            tracing::warn!(subject = cause.subject, message = cause.message, "an alert for people");
            let (node, severity) = (args.node.clone(), cause.severity);
            Event::from(HealthAlert { node, severity, subject: cause.subject, message: cause.message, at })
        };
        events.extend(due.into_iter().map(alert));
        let told = events.len();
        args.publisher.publish_together(events).await?;

        // Only now: what could not be stored is news at the next look as well.
        *args.roll.lock().unwrap_or_else(PoisonError::into_inner) = roll;
        self.alerts = alerts;
        self.shown.daemons = seen.len();
        self.shown.health_score = health_score(&tree, &cascade);
        self.shown.told += told as u64;
        self.shown.alerts += alerted as u64;
        self.shown.standing_alerts = self.alerts.standing(now);
        Ok(())
    }
}

impl Drop for DaemonWatchState {
    fn drop(&mut self) {
        self.waker.abort();
    }
}

/// Reads what a daemon shows of its duty.
fn condition(tree: &ActorTree, path: &TreePath) -> Option<DaemonCondition> {
    match tree.observed(path)?.get("status")?.as_str()? {
        "failing" => Some(DaemonCondition::Failing),
        "degraded" => Some(DaemonCondition::Degraded),
        "healthy" => Some(DaemonCondition::Healthy),
        "starting" => Some(DaemonCondition::Starting),
        _ => None,
    }
}

/// Asks for a look after every change of the tree and now and then besides: a breaker closes without a change.
async fn wake(tree: ActorTree, watch: Address<DaemonWatchMsg>) {
    let mut changes = tree.changes();
    loop {
        if let Ok(Err(_)) = tokio::time::timeout(LOOK, changes.changed()).await {
            return; // the tree is gone
        }
        tokio::time::sleep(SETTLE).await;
        changes.mark_unchanged();
        let _ = watch.cast(DaemonWatchMsg::Look); // a look that waits sees all of it
    }
}

#[cfg(test)]
mod tests;
