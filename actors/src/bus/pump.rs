//! The task that serves one durable subscriber: events in order, one at a time, and its dead letters when they are due.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ractor::RpcReplyPort;
use rand_chacha::ChaCha8Rng;
use rr_proto::{ErrorCode, EventEnvelope, FailureNote, UnixMillis};
use rr_storage::{DeadLetter, OutboxEvent};
use tokio::sync::watch;

use super::delivery::{Delivery, EventSink};
use super::filter::EventFilter;
use super::settings::BusSettings;
use crate::clock::Clock;
use crate::error::{BusFailure, StoreFailure};
use crate::store::StoreAccess;
use crate::trace::event_span;

/// Events that are read from the outbox at a time.
const FETCH: usize = 64;
/// Events passed over after which the cursor is stored although nothing was handled.
const PASSED_OVER: u64 = 256;
/// How long the pump waits before it turns to a store again that failed.
const STORE_PAUSE: Duration = Duration::from_millis(500);
/// How long it waits at a time for a subscriber that does not run.
const ABSENCE: Duration = Duration::from_secs(5);

/// Says where a subscriber begins that the bus has not known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartFrom {
    /// With the oldest event that is kept.
    Beginning,
    /// With the next event that happens.
    Now,
}

/// Describes one subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriberReport {
    /// Its name.
    pub name: String,
    /// Whether it has a stored cursor.
    pub durable: bool,
    /// The first event that it has not handled.
    pub cursor: Option<u64>,
    /// Events that it handled, or that were handed to it where nobody asks for an answer.
    pub handled: u64,
    /// Failed tries.
    pub failed: u64,
    /// Its dead letters.
    pub dead_letters: usize,
    /// Events that it had no room for.
    pub lost: u64,
}

/// What the pump shares with the bus for its report.
pub(super) type PumpReport = Arc<Mutex<SubscriberReport>>;

/// What a pump is made of.
pub(super) struct PumpParts {
    pub name: String,
    pub filter: EventFilter,
    pub sink: EventSink,
    pub from: StartFrom,
    pub store: StoreAccess,
    pub clock: Arc<dyn Clock>,
    pub settings: BusSettings,
    pub rng: ChaCha8Rng,
    /// Changes when others have changed the subscriber's dead letters.
    pub reviews: watch::Receiver<()>,
}

/// Serves one durable subscriber.
pub(super) struct Pump {
    parts: PumpParts,
    report: PumpReport,
    cursor: u64,
    saved: u64,
    fetched: VecDeque<OutboxEvent>,
    letters: BTreeMap<u64, DeadLetter>,
}

impl Pump {
    pub fn new(parts: PumpParts) -> Self {
        let report = SubscriberReport {
            name: parts.name.clone(),
            durable: true,
            cursor: None,
            handled: 0,
            failed: 0,
            dead_letters: 0,
            lost: 0,
        };
        Self {
            parts,
            report: Arc::new(Mutex::new(report)),
            cursor: 0,
            saved: 0,
            fetched: VecDeque::new(),
            letters: BTreeMap::new(),
        }
    }

    /// Returns where the pump keeps its report.
    pub fn report(&self) -> PumpReport {
        Arc::clone(&self.report)
    }

    /// Registers the subscriber, answers with its cursor, then serves it until the task is aborted.
    pub async fn run(mut self, reply: RpcReplyPort<Result<u64, BusFailure>>) {
        match self.register().await {
            Ok(outbox) => {
                let _ = reply.send(Ok(self.cursor));
                if let Err(failure) = self.serve(outbox).await {
                    self.pause(&failure).await;
                }
            }
            Err(failure) => {
                self.pause(&failure).await;
                let _ = reply.send(Err(failure.into()));
            }
        }
        loop {
            let outcome = match self.register().await {
                Ok(outbox) => self.serve(outbox).await,
                Err(failure) => Err(failure),
            };
            if let Err(failure) = outcome {
                self.pause(&failure).await;
            }
        }
    }

    async fn pause(&self, failure: &StoreFailure) {
        let subscriber = &self.parts.name;
        if matches!(failure, StoreFailure::Stopping) {
            tracing::debug!(subscriber, "the outbox can't be read while the store stops");
        } else {
            tracing::warn!(subscriber, error = %failure, "the outbox can't be read, trying again");
        }
        tokio::time::sleep(STORE_PAUSE).await;
    }

    /// Finds the stored cursor and the dead letters, or enters a new subscriber.
    async fn register(&mut self) -> Result<watch::Receiver<u64>, StoreFailure> {
        let outbox = self.parts.store.watch_events().await?;
        let first = match self.parts.from {
            StartFrom::Beginning => 0,
            StartFrom::Now => *outbox.borrow(),
        };
        let name = self.parts.name.clone();
        self.cursor =
            self.parts.store.commit("subscribe", move |write| write.subscribe(&name, first)).await?;
        self.saved = self.cursor;
        self.fetched.clear();
        self.read_letters().await?;
        Ok(outbox)
    }

    async fn read_letters(&mut self) -> Result<(), StoreFailure> {
        self.parts.reviews.mark_unchanged();
        let letters =
            self.parts.store.query("dead letters", |snapshot| snapshot.dead_letters(usize::MAX)).await?;
        let own = letters.into_iter().filter(|letter| letter.subscriber == self.parts.name);
        self.letters = own.map(|letter| (letter.sequence, letter)).collect();
        self.note(|_| {});
        Ok(())
    }

    async fn serve(&mut self, mut outbox: watch::Receiver<u64>) -> Result<(), StoreFailure> {
        loop {
            if self.parts.reviews.has_changed().unwrap_or(false) {
                self.read_letters().await?;
            }
            let (due, wait) = self.next_letter();
            if let Some(letter) = due {
                self.retry(letter).await?;
                continue;
            }
            if self.cursor < *outbox.borrow_and_update() {
                self.step().await?;
                continue;
            }
            self.save_cursor().await?;
            let mut reviews = self.parts.reviews.clone();
            tokio::select! {
                changed = outbox.changed() => changed.map_err(|_| StoreFailure::Stopping)?,
                Ok(()) = reviews.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Finds a dead letter that is due, or how long until the next one is.
    fn next_letter(&self) -> (Option<DeadLetter>, Duration) {
        let now = UnixMillis(self.parts.clock.unix_ms());
        let next =
            self.letters.values().filter_map(|letter| Some((letter.retry_at?, letter))).min_by_key(|l| l.0);
        match next {
            Some((at, letter)) if at <= now => (Some(letter.clone()), Duration::ZERO),
            Some((at, _)) => (None, at.since(now)),
            None => (None, Duration::from_secs(3_600)),
        }
    }

    /// Deals with the next event of the outbox.
    async fn step(&mut self) -> Result<(), StoreFailure> {
        if self.fetched.is_empty() {
            let from = self.cursor;
            let events = self
                .parts
                .store
                .query("events", move |snapshot| Ok((snapshot.events(from, FETCH)?, snapshot.next_event()?)));
            let (events, next) = events.await?;
            self.fetched = events.into();
            if self.fetched.is_empty() {
                self.cursor = next; // what lay between has been trimmed
            }
        }
        let Some(stored) = self.fetched.pop_front() else { return Ok(()) };
        self.cursor = stored.sequence + 1;
        match EventEnvelope::from_bytes(&stored.envelope) {
            Ok(envelope) if !self.parts.filter.accepts(&envelope.event) => {
                if self.cursor - self.saved >= PASSED_OVER {
                    self.save_cursor().await?;
                }
                Ok(())
            }
            Ok(envelope) => match self.deliver(envelope, stored.sequence, 1).await {
                Ok(()) => self.save_cursor().await,
                Err(failure) => self.bury(stored, 1, failure).await,
            },
            Err(error) => {
                let failure = FailureNote { code: ErrorCode::WrongVersion, message: error.to_string() };
                self.bury(stored, self.parts.settings.max_attempts, failure).await
            }
        }
    }

    /// Delivers an event and waits for the answer; a subscriber that does not run is waited for.
    async fn deliver(
        &mut self,
        envelope: EventEnvelope,
        sequence: u64,
        attempt: u32,
    ) -> Result<(), FailureNote> {
        let envelope = Arc::new(envelope);
        let limit = self.parts.settings.handler_timeout;
        let mut deaths = 0;
        loop {
            let (delivery, answer) = Delivery::durable(Arc::clone(&envelope), sequence, attempt + deaths);
            // The message takes the span along, and the handler goes on in it.
            let sent = event_span(&envelope, &self.parts.name).in_scope(|| self.parts.sink.send(delivery));
            if sent.is_err() {
                while !self.parts.sink.wait_up(ABSENCE).await {
                    tracing::debug!(subscriber = %self.parts.name, sequence, "an event waits for its subscriber");
                }
                continue;
            }
            match tokio::time::timeout(limit, answer).await {
                Ok(Ok(outcome)) => {
                    self.note(|report| match &outcome {
                        Ok(()) => report.handled += 1,
                        Err(_) => report.failed += 1,
                    });
                    return outcome;
                }
                Ok(Err(_dropped)) => {
                    deaths += 1;
                    self.note(|report| report.failed += 1);
                    if deaths >= self.parts.settings.max_deaths {
                        let message =
                            format!("{} dropped it {deaths} times without an answer", self.parts.name);
                        return Err(FailureNote { code: ErrorCode::Internal, message });
                    }
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Err(_late) => {
                    self.note(|report| report.failed += 1);
                    let message =
                        format!("{} did not answer within {limit:?}; look whether it hangs", self.parts.name);
                    return Err(FailureNote { code: ErrorCode::TimedOut, message });
                }
            }
        }
    }

    async fn retry(&mut self, letter: DeadLetter) -> Result<(), StoreFailure> {
        let (sequence, attempt) = (letter.sequence, letter.attempts + 1);
        let stored = OutboxEvent { sequence, envelope: letter.envelope };
        let outcome = match EventEnvelope::from_bytes(&stored.envelope) {
            Ok(envelope) => self.deliver(envelope, sequence, attempt).await,
            Err(error) => Err(FailureNote { code: ErrorCode::WrongVersion, message: error.to_string() }),
        };
        if let Err(failure) = outcome {
            return self.bury(stored, attempt, failure).await;
        }
        let name = self.parts.name.clone();
        let removal = self
            .parts
            .store
            .commit("remove dead letter", move |write| write.remove_dead_letter(&name, sequence));
        removal.await?;
        self.letters.remove(&sequence);
        self.note(|_| {});
        Ok(())
    }

    /// Puts an event among the dead letters and moves on, in one transaction; one that a person dropped meanwhile stays dropped.
    async fn bury(
        &mut self,
        event: OutboxEvent,
        attempts: u32,
        failure: FailureNote,
    ) -> Result<(), StoreFailure> {
        let again = self.letters.contains_key(&event.sequence);
        let given_up = attempts >= self.parts.settings.max_attempts;
        let wait = self.parts.settings.retry.delay(attempts, &mut self.parts.rng);
        let retry_at = (!given_up).then(|| UnixMillis(self.parts.clock.unix_ms()).after(wait));
        tracing::warn!(subscriber = %self.parts.name, sequence = event.sequence, attempts, given_up, error = %failure.message, "an event could not be handled");
        let letter = DeadLetter {
            subscriber: self.parts.name.clone(),
            sequence: event.sequence,
            attempts,
            retry_at,
            failure,
            envelope: event.envelope,
        };
        let (stored, cursor) = (letter.clone(), self.cursor);
        let write = self.parts.store.commit("dead letter", move |write| {
            let kept = if again {
                write.replace_dead_letter(&stored)?
            } else {
                write.put_dead_letter(&stored).map(|()| true)?
            };
            write.advance_cursor(&stored.subscriber, cursor).map(|()| kept)
        });
        let kept = write.await?;
        self.saved = cursor;
        if kept {
            self.letters.insert(letter.sequence, letter);
        } else {
            self.letters.remove(&letter.sequence);
        }
        self.note(|_| {});
        Ok(())
    }

    async fn save_cursor(&mut self) -> Result<(), StoreFailure> {
        if self.cursor > self.saved {
            let (name, cursor) = (self.parts.name.clone(), self.cursor);
            self.parts
                .store
                .commit("advance cursor", move |write| write.advance_cursor(&name, cursor))
                .await?;
            self.saved = self.cursor;
        }
        self.note(|_| {});
        Ok(())
    }

    fn note(&self, change: impl FnOnce(&mut SubscriberReport)) {
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.cursor = Some(self.cursor);
        report.dead_letters = self.letters.len();
        change(&mut report);
    }
}
