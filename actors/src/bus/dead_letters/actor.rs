//! The dead letter actor. Supervised by `daemons`, one for one; nothing restarts with it. Letters are stored; what it remembers
//! besides is when it first saw each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use rr_proto::{DlqEventsPurged, DlqEventsReplayed, DlqStaleEvents, Event, NodeId, UnixMillis};

use super::desk::{LetterKey, LetterSelection, LetterView, drop_all, make_due, read};
use super::policy::{DeadLetterPolicy, LetterFate};
use crate::bus::actor::BusMsg;
use crate::bus::publisher::EventPublisher;
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::error::{BusFailure, StoreFailure};
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// What the dead letter actor can be asked.
#[derive(Debug)]
pub enum DeadLetterMsg {
    /// Look at all letters.
    Tick,
    /// List the letters that are meant.
    List(LetterSelection, RpcReplyPort<Result<Vec<LetterView>, StoreFailure>>),
    /// Have the letters that are meant tried now; answers with their number.
    Retry(LetterSelection, RpcReplyPort<Result<u64, StoreFailure>>),
    /// Drop the letters that are meant, for this reason; answers with their number.
    Purge(LetterSelection, String, RpcReplyPort<Result<u64, StoreFailure>>),
    /// Describe what you have done.
    Report(RpcReplyPort<DeadLetterReport>),
}

/// What the dead letter actor needs.
#[derive(Clone)]
pub struct DeadLetterArgs {
    /// Where the letters are.
    pub store: StoreAccess,
    /// The bus, which tries them again.
    pub bus: Address<BusMsg>,
    /// Events.
    pub publisher: EventPublisher,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How letters are treated.
    pub policy: DeadLetterPolicy,
    /// This node.
    pub node: NodeId,
    /// This actor, for its ticks.
    pub myself: Address<DeadLetterMsg>,
    /// Where it shows itself.
    pub observer: Observer,
}

/// Describes what the dead letter actor has seen and done since it started.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct DeadLetterReport {
    /// Letters at the last look.
    pub waiting: u64,
    /// Those of them that have lain too long.
    pub stale: u64,
    /// Letters that were handled after all.
    pub replayed: u64,
    /// Letters that were dropped.
    pub purged: u64,
}

/// Looks after dead letters.
pub struct DeadLetterActor;

/// When each letter was first seen, which ones are under way, and which ones were told of.
pub struct DeadLetterState {
    args: DeadLetterArgs,
    health: DaemonHealth,
    report: DeadLetterReport,
    seen: BTreeMap<LetterKey, (u32, UnixMillis)>,
    under_way: BTreeMap<LetterKey, u32>,
    told: BTreeSet<LetterKey>,
    _ticker: Ticker,
}

impl Actor for DeadLetterActor {
    type Msg = DeadLetterMsg;
    type State = DeadLetterState;
    type Arguments = DeadLetterArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<DeadLetterMsg>,
        args: DeadLetterArgs,
    ) -> Result<DeadLetterState, ActorProcessingErr> {
        let ticker = Ticker::every(&args.myself, args.policy.cycle, || DeadLetterMsg::Tick);
        let state = DeadLetterState {
            health: DaemonHealth::new(Arc::clone(&args.clock)),
            args,
            report: DeadLetterReport::default(),
            seen: BTreeMap::new(),
            under_way: BTreeMap::new(),
            told: BTreeSet::new(),
            _ticker: ticker,
        };
        state.show();
        Ok(state)
    }

    async fn handle(
        &self,
        _myself: ActorRef<DeadLetterMsg>,
        message: DeadLetterMsg,
        state: &mut DeadLetterState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            DeadLetterMsg::Tick => state.tick().await,
            DeadLetterMsg::List(selection, reply) => state.list(&selection, reply).await,
            DeadLetterMsg::Retry(selection, reply) => state.retry(&selection, reply).await,
            DeadLetterMsg::Purge(selection, reason, reply) => state.purge(&selection, reason, reply).await,
            DeadLetterMsg::Report(reply) => state.describe(reply),
        }
        state.show();
        Ok(())
    }
}

impl DeadLetterState {
    async fn tick(&mut self) {
        match self.look().await {
            Ok(()) => self.health.worked(),
            Err(failure) => self.health.failed("DLQ_RETRY", &failure),
        }
    }

    fn show(&self) {
        self.args.observer.show(self.health.with(&self.report));
    }

    async fn look(&mut self) -> Result<(), BusFailure> {
        let now = self.now();
        let letters = read(&self.args.store, &LetterSelection::default()).await?;
        self.note_seen(&letters, now);
        self.tell_replayed(&letters, now).await?;
        self.tell_stale(&letters, now).await?;
        let (mut retry, mut purge) = (Vec::new(), Vec::new());
        for letter in &letters {
            let seen = self.seen.get(&letter.key()).map_or(now, |(_, seen)| *seen);
            match self.args.policy.fate(letter.age(seen), now) {
                LetterFate::Wait => {}
                LetterFate::Retry => retry.push(letter),
                LetterFate::Purge => purge.push(letter.key()),
            }
        }
        self.send_again(&retry, now).await?;
        self.drop_letters(purge, "lay longer than events.dead_letter_keep_days".to_owned()).await?;
        self.report.waiting = letters.len() as u64;
        Ok(())
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.args.clock.unix_ms())
    }

    /// Remembers since when each letter has had its number of attempts.
    fn note_seen(&mut self, letters: &[LetterView], now: UnixMillis) {
        let before = std::mem::take(&mut self.seen);
        let entry = |letter: &LetterView| {
            let known = before.get(&letter.key()).filter(|(attempts, _)| *attempts == letter.attempts);
            (letter.key(), known.copied().unwrap_or((letter.attempts, now)))
        };
        self.seen = letters.iter().map(entry).collect();
    }

    /// Tells of letters that were sent again and are gone; forgets those that came back.
    async fn tell_replayed(&mut self, letters: &[LetterView], now: UnixMillis) -> Result<(), BusFailure> {
        let waiting: BTreeMap<LetterKey, u32> = letters.iter().map(|l| (l.key(), l.attempts)).collect();
        let gone: Vec<LetterKey> =
            self.under_way.keys().filter(|key| !waiting.contains_key(*key)).cloned().collect();
        self.under_way.retain(|key, attempts| waiting.get(key).is_some_and(|now| now == attempts));
        if gone.is_empty() {
            return Ok(());
        }
        let count = gone.len() as u64;
        self.report.replayed += count;
        let event = DlqEventsReplayed {
            node: self.args.node.clone(),
            count,
            subscribers: subscribers(gone.iter()),
            at: now,
        };
        self.publish(event.into()).await
    }

    /// Tells of letters that have lain too long, once for each.
    async fn tell_stale(&mut self, letters: &[LetterView], now: UnixMillis) -> Result<(), BusFailure> {
        let stale: Vec<&LetterView> =
            letters.iter().filter(|letter| self.args.policy.is_stale(letter.age(now), now)).collect();
        self.report.stale = stale.len() as u64;
        let keys: BTreeSet<LetterKey> = stale.iter().map(|letter| letter.key()).collect();
        let news = keys.difference(&self.told).next().is_some();
        let oldest = stale.iter().filter_map(|letter| letter.age(now).raised).min();
        if let (true, Some(oldest)) = (news, oldest) {
            let event = DlqStaleEvents {
                node: self.args.node.clone(),
                count: keys.len() as u64,
                oldest,
                subscribers: subscribers(keys.iter()),
                at: now,
            };
            self.publish(event.into()).await?;
        }
        self.told = keys;
        Ok(())
    }

    async fn list(
        &self,
        selection: &LetterSelection,
        reply: RpcReplyPort<Result<Vec<LetterView>, StoreFailure>>,
    ) {
        let _ = reply.send(read(&self.args.store, selection).await); // the asker may have given up
    }

    async fn retry(&mut self, selection: &LetterSelection, reply: RpcReplyPort<Result<u64, StoreFailure>>) {
        let outcome = match read(&self.args.store, selection).await {
            Ok(letters) => self.send_again(&letters.iter().collect::<Vec<_>>(), self.now()).await,
            Err(failure) => Err(failure),
        };
        let _ = reply.send(outcome); // the asker may have given up
    }

    async fn purge(
        &mut self,
        selection: &LetterSelection,
        reason: String,
        reply: RpcReplyPort<Result<u64, StoreFailure>>,
    ) {
        let outcome = match read(&self.args.store, selection).await {
            Ok(letters) => self.drop_letters(letters.iter().map(LetterView::key).collect(), reason).await,
            Err(failure) => Err(failure),
        };
        let _ = reply.send(outcome); // the asker may have given up
    }

    fn describe(&self, reply: RpcReplyPort<DeadLetterReport>) {
        let _ = reply.send(self.report.clone()); // the asker may have given up
    }

    async fn send_again(&mut self, letters: &[&LetterView], now: UnixMillis) -> Result<u64, StoreFailure> {
        if letters.is_empty() {
            return Ok(0);
        }
        let keys = letters.iter().map(|letter| letter.key()).collect();
        let due = make_due(&self.args.store, keys, now).await?;
        for letter in letters.iter().filter(|letter| due.contains(&letter.key())) {
            self.under_way.insert(letter.key(), letter.attempts);
        }
        self.review(due.iter());
        Ok(due.len() as u64)
    }

    async fn drop_letters(&mut self, letters: Vec<LetterKey>, reason: String) -> Result<u64, StoreFailure> {
        if letters.is_empty() {
            return Ok(0);
        }
        let count = drop_all(&self.args.store, letters.clone()).await?;
        letters.iter().for_each(|key| {
            self.under_way.remove(key);
        });
        self.review(letters.iter());
        self.report.purged += count;
        let event = DlqEventsPurged { node: self.args.node.clone(), count, reason, at: self.now() };
        if let Err(failure) = self.publish(event.into()).await {
            tracing::warn!(error = %failure, count, "dead letters were dropped and nobody was told");
        }
        Ok(count)
    }

    /// Has the bus look at the letters of these subscribers again.
    fn review<'a>(&self, letters: impl Iterator<Item = &'a LetterKey>) {
        let request = BusMsg::ReviewLetters(subscribers(letters));
        if let Err(error) = self.args.bus.cast(request) {
            tracing::debug!(%error, "the bus reads its letters when it is back");
        }
    }

    async fn publish(&self, event: Event) -> Result<(), BusFailure> {
        self.args.publisher.publish(event, None).await.map(|_| ())
    }
}

fn subscribers<'a>(letters: impl Iterator<Item = &'a LetterKey>) -> Vec<String> {
    letters.map(|(subscriber, _)| subscriber.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}
