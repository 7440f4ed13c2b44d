//! The watchdog: finds actors that are stuck in a callback and has them restarted. Supervised by `daemons`; nothing restarts with
//! it.
//!
//! It goes by what it sees: an actor that it finds in the same callback for the whole limit is stuck. Supervisors are left alone,
//! since a start or a stop below them may take longer and has limits of its own.

use std::collections::BTreeMap;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_proto::{ErrorCode, FailureNote};
use serde::Serialize;

use super::address::Address;
use super::message::SupervisorMsg;
use super::node::TreePath;
use super::observer::Observer;
use super::ticker::Ticker;
use super::tree::ActorTree;

/// What the watchdog is told.
#[derive(Debug)]
pub enum WatchdogMsg {
    /// Look at all actors.
    Look,
}

/// What the watchdog needs.
#[derive(Clone)]
pub struct WatchdogArgs {
    /// The tree that it watches.
    pub tree: ActorTree,
    /// Time between two looks.
    pub every: Duration,
    /// How long an actor may be at one message.
    pub limit: Duration,
    /// This actor, for its ticks.
    pub myself: Address<WatchdogMsg>,
    /// What it shows.
    pub observer: Observer,
}

/// Watches for stuck actors.
#[derive(Debug)]
pub struct Watchdog;

/// Who was seen in which callback, and since when.
pub struct WatchdogState {
    args: WatchdogArgs,
    seen: BTreeMap<TreePath, Sighting>,
    shown: WatchdogView,
    _ticker: Ticker,
}

#[derive(Clone, Copy)]
struct Sighting {
    callback: u64,
    since: Duration,
}

/// What the watchdog shows of itself.
#[derive(Debug, Clone, Default, Serialize)]
struct WatchdogView {
    looks: u64,
    hung: u64,
    last_hung: Option<String>,
    limit_seconds: u64,
}

impl Actor for Watchdog {
    type Msg = WatchdogMsg;
    type State = WatchdogState;
    type Arguments = WatchdogArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<WatchdogMsg>,
        args: WatchdogArgs,
    ) -> Result<WatchdogState, ActorProcessingErr> {
        let ticker = Ticker::every(&args.myself, args.every, || WatchdogMsg::Look);
        let shown = WatchdogView { limit_seconds: args.limit.as_secs(), ..WatchdogView::default() };
        args.observer.show(&shown);
        Ok(WatchdogState { args, seen: BTreeMap::new(), shown, _ticker: ticker })
    }

    async fn handle(
        &self,
        _myself: ActorRef<WatchdogMsg>,
        WatchdogMsg::Look: WatchdogMsg,
        state: &mut WatchdogState,
    ) -> Result<(), ActorProcessingErr> {
        state.look();
        Ok(())
    }
}

impl WatchdogState {
    fn look(&mut self) {
        let now = self.args.tree.clock().monotonic();
        let busy = self.args.tree.callbacks();
        let before = std::mem::take(&mut self.seen);
        for (path, callback) in busy {
            let since =
                before.get(&path).filter(|seen| seen.callback == callback).map_or(now, |seen| seen.since);
            if now.saturating_sub(since) >= self.args.limit {
                self.report(&path);
            } else {
                self.seen.insert(path, Sighting { callback, since });
            }
        }
        self.shown.looks += 1;
        self.args.observer.show(&self.shown);
    }

    /// Has the actor restarted by its supervisor, which can also leave behind one that not even a kill ends.
    fn report(&mut self, path: &TreePath) {
        let limit = self.args.limit;
        let message = format!("was at one message for {limit:?} and counts as hung; it was killed");
        let Some((above, name)) = self.args.tree.supervisor_of(path) else { return };
        let cause = FailureNote { code: ErrorCode::TimedOut, message };
        let supervisor = self.args.tree.address::<SupervisorMsg>(&above);
        if let Err(error) = supervisor.cast(SupervisorMsg::ChildHung(name, cause)) {
            tracing::warn!(%path, %error, "a hung actor's supervisor can't be told; it is told at the next look");
        }
        self.shown.hung += 1;
        self.shown.last_hung = Some(path.to_string());
    }
}
