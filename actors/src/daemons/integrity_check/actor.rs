//! The actor itself. Supervised by `daemons`, one for one; a restart goes on where the last stored slice ended.

use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_config::KeepingSection;
use rr_proto::{AlertSeverity, Event, HealthAlert, NodeId, UnixMillis};
use rr_storage::BlobStore;
use serde::Serialize;

use super::cursor::{CheckPass, CheckPlace};
use super::slice::{SliceBounds, SliceFailure, SliceOutcome, check_slice};
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::error::BusFailure;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// Name under which the place is stored.
const FACT: &str = "integrity-check";

/// What the check is told.
#[derive(Debug)]
pub enum IntegrityCheckMsg {
    /// Check the next slice.
    Tick,
    /// A slice was checked. Sent by the slice.
    Checked(Result<SliceOutcome, SliceFailure>),
}

/// What the check needs.
#[derive(Clone)]
pub struct IntegrityCheckArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Files named by their hash.
    pub blobs: Arc<BlobStore>,
    /// Events.
    pub publisher: EventPublisher,
    /// This node.
    pub node: NodeId,
    /// How often, and how much at a time.
    pub keeping: KeepingSection,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// This actor, for its ticks.
    pub myself: Address<IntegrityCheckMsg>,
    /// Shows the state.
    pub observer: Observer,
}

/// Finds damage.
pub struct IntegrityCheckActor;

/// The pass under way.
pub struct IntegrityCheckState {
    args: IntegrityCheckArgs,
    health: DaemonHealth,
    pass: CheckPass,
    checking: bool,
    numbers: CheckNumbers,
    _ticker: Ticker,
}

/// What the check shows.
#[derive(Debug, Clone, Default, Serialize)]
struct CheckNumbers {
    under_way: bool,
    passes: u64,
    slices: u64,
    checked: u64,
    damaged: u64,
}

impl Actor for IntegrityCheckActor {
    type Msg = IntegrityCheckMsg;
    type State = IntegrityCheckState;
    type Arguments = IntegrityCheckArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<IntegrityCheckMsg>,
        args: IntegrityCheckArgs,
    ) -> Result<IntegrityCheckState, ActorProcessingErr> {
        let pass = args.store.query("integrity check", |snapshot| snapshot.fact(FACT)).await?;
        let every = Duration::from_secs(args.keeping.integrity_interval_seconds);
        let ticker = Ticker::every(&args.myself, every, || IntegrityCheckMsg::Tick);
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        let numbers = CheckNumbers::default();
        args.observer.show(health.with(&numbers));
        let pass = pass.unwrap_or_default();
        Ok(IntegrityCheckState { args, health, pass, checking: false, numbers, _ticker: ticker })
    }

    async fn handle(
        &self,
        _myself: ActorRef<IntegrityCheckMsg>,
        message: IntegrityCheckMsg,
        state: &mut IntegrityCheckState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            IntegrityCheckMsg::Tick => state.tick(),
            IntegrityCheckMsg::Checked(outcome) => state.checked(outcome).await,
        }
        state.numbers.under_way = state.pass.place != CheckPlace::Nowhere;
        state.args.observer.show(state.health.with(&state.numbers));
        Ok(())
    }
}

impl IntegrityCheckState {
    fn tick(&mut self) {
        let every_ms = self.args.keeping.integrity_pass_hours.saturating_mul(3_600_000);
        if !self.pass.begin_if_due(self.now(), every_ms) {
            return self.health.worked();
        }
        if std::mem::replace(&mut self.checking, true) {
            return;
        }
        let (args, place) = (self.args.clone(), self.pass.place);
        let bounds = SliceBounds {
            bytes: args.keeping.integrity_slice_mb.saturating_mul(1024 * 1024),
            games: args.keeping.integrity_slice_games,
        };
        tokio::spawn(async move {
            let outcome = check_slice(&args.store, &args.blobs, place, bounds).await;
            let _ = args.myself.cast(IntegrityCheckMsg::Checked(outcome)); // gone with its supervisor
        });
    }

    async fn checked(&mut self, outcome: Result<SliceOutcome, SliceFailure>) {
        self.checking = false;
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(failure) => return self.health.failed("INTEGRITY_CHECK", &failure),
        };
        match self.take(&outcome).await {
            Ok(()) => {
                self.numbers.slices += 1;
                self.numbers.checked += outcome.checked;
                self.numbers.damaged += outcome.damaged;
                self.health.worked();
            }
            Err(failure) => self.health.failed("INTEGRITY_CHECK", &failure),
        }
    }

    /// Stores where the pass stands, in one transaction with what is told of it.
    async fn take(&mut self, outcome: &SliceOutcome) -> Result<(), BusFailure> {
        let (mut pass, now) = (self.pass.clone(), self.now());
        pass.take(outcome.checked, &outcome.quarantined, outcome.damaged, outcome.next);
        let mut events: Vec<Event> = alert(&self.args.node, &outcome.quarantined, now).into_iter().collect();
        let ended = pass.told(&self.args.node, now);
        events.extend(ended.clone().map(Event::from));
        let stage = |event| self.args.publisher.stage(event, None);
        let staged = events.into_iter().map(stage).collect::<Result<Vec<_>, _>>()?;
        let row = pass.clone();
        let work = move |write: &mut rr_storage::StoreWrite| {
            write.put_fact(FACT, &row)?;
            staged.iter().try_for_each(|event| event.append(write).map(drop))
        };
        self.args.store.commit("integrity check", work).await?;
        self.pass = pass;
        self.numbers.passes += u64::from(ended.is_some());
        Ok(())
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.args.clock.unix_ms())
    }
}

/// Tells a person of damage as soon as it is found.
fn alert(node: &NodeId, finds: &[String], at: UnixMillis) -> Option<Event> {
    let first = finds.first()?;
    let message = format!(
        "{} damaged pieces of stored data are in quarantine, the first is {first}; check the disk, and restore from a \
         backup what is needed",
        finds.len()
    );
    let subject = "stored data".to_owned();
    Some(HealthAlert { node: node.clone(), severity: AlertSeverity::Critical, subject, message, at }.into())
}

#[cfg(test)]
mod tests;
