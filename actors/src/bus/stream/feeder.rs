//! The task that feeds one stream, and the place where streams are opened.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use rr_proto::{EventEnvelope, UnixMillis};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::SendTimeoutError;

use super::failure::StreamFailure;
use super::reader::{EndNote, EventStream, StreamedEvent};
use super::request::{StreamRequest, StreamStart};
use crate::bus::actor::{BusMsg, LiveSubscription};
use crate::bus::delivery::{Delivery, EventSink};
use crate::bus::filter::EventFilter;
use crate::bus::settings::BusSettings;
use crate::error::{BusFailure, StoreFailure};
use crate::store::StoreAccess;
use crate::supervision::Address;

/// Events that are read from the outbox at a time.
const FETCH: usize = 64;
/// How long a stream waits before it turns to a store again that failed.
const STORE_PAUSE: Duration = Duration::from_millis(500);
/// How long the bus may take to be there.
const BUS_PATIENCE: Duration = Duration::from_secs(30);

/// Opens streams of this node's events; cheap to clone.
#[derive(Debug, Clone)]
pub struct EventStreams {
    store: StoreAccess,
    bus: Address<BusMsg>,
    queue: usize,
    patience: Duration,
    opened: Arc<AtomicU64>,
}

impl EventStreams {
    /// Reads the outbox in `store`, and transient events from `bus`.
    pub fn new(store: StoreAccess, bus: Address<BusMsg>, settings: &BusSettings) -> Self {
        let (queue, patience) = (settings.live_queue.max(1), settings.stream_patience);
        Self { store, bus, queue, patience, opened: Arc::default() }
    }

    /// Returns how long a stream waits for its reader before it is cut off.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Opens a stream.
    ///
    /// # Errors
    /// [`StreamFailure`] where its start is not in the outbox, or the store or the bus can't be reached.
    pub async fn open(&self, request: StreamRequest) -> Result<EventStream, StreamFailure> {
        let kept = self.store.query("start of a stream", |snapshot| {
            Ok((snapshot.events(0, 1)?.first().map(|event| event.sequence), snapshot.next_event()?))
        });
        let (oldest, next) = kept.await?;
        let oldest = oldest.unwrap_or(next);
        let position = match request.start {
            StreamStart::Oldest | StreamStart::Since(_) => oldest,
            StreamStart::Now => next,
            StreamStart::At(asked) if asked < oldest => return Err(StreamFailure::TooOld { asked, oldest }),
            StreamStart::At(asked) if asked > next => return Err(StreamFailure::Ahead { asked, next }),
            StreamStart::At(asked) => asked,
        };
        let since = if let StreamStart::Since(time) = request.start { time } else { UnixMillis(0) };
        let name = format!("stream-{}", self.opened.fetch_add(1, Ordering::Relaxed));
        let tap = LiveTap { name, bus: self.bus.clone(), filter: request.filter.clone(), queue: self.queue };
        let live = if request.transient && request.follow { Some(tap.listen().await?) } else { None };
        let (sender, events) = mpsc::channel(self.queue);
        let end = EndNote::default();
        let feeder = Feeder {
            tap: live.is_some().then_some(tap),
            store: self.store.clone(),
            patience: self.patience,
            request,
            since,
            position,
            sender,
        };
        let task = tokio::spawn(feeder.run(live, Arc::clone(&end)));
        Ok(EventStream::new(events, end, task))
    }
}

/// Listens for transient events.
struct LiveTap {
    name: String,
    bus: Address<BusMsg>,
    filter: EventFilter,
    queue: usize,
}

impl LiveTap {
    async fn listen(&self) -> Result<mpsc::Receiver<Delivery>, BusFailure> {
        self.bus.wait_up(BUS_PATIENCE).await?;
        let (sender, receiver) = mpsc::channel(self.queue);
        let subscription = LiveSubscription {
            name: self.name.clone(),
            filter: self.filter.clone(),
            sink: EventSink::channel(self.bus.path().child(&self.name), sender),
        };
        subscription.open(&self.bus).await?;
        Ok(receiver)
    }

    /// Returns the next transient event; listens again where the bus has restarted.
    async fn next(&self, live: &mut Option<mpsc::Receiver<Delivery>>, lost: &mut u64) -> Arc<EventEnvelope> {
        loop {
            let Some(deliveries) = live else {
                match self.listen().await {
                    Ok(deliveries) => *live = Some(deliveries),
                    Err(failure) => {
                        tracing::debug!(stream = %self.name, error = %failure, "the bus does not run");
                        tokio::time::sleep(STORE_PAUSE).await;
                    }
                }
                continue;
            };
            let Some(delivery) = deliveries.recv().await else {
                *live = None;
                continue;
            };
            *lost += delivery.missed();
            if delivery.sequence().is_none() {
                return Arc::clone(delivery.envelope());
            } // a stored one comes from the outbox
        }
    }
}

/// Why a feeder stops, or begins again.
enum Pause {
    Cut(StreamFailure),
    ReaderGone,
    Store(StoreFailure),
}

impl From<StoreFailure> for Pause {
    fn from(failure: StoreFailure) -> Self {
        Self::Store(failure)
    }
}

struct Feeder {
    tap: Option<LiveTap>,
    store: StoreAccess,
    patience: Duration,
    request: StreamRequest,
    since: UnixMillis,
    position: u64,
    sender: mpsc::Sender<StreamedEvent>,
}

impl Feeder {
    async fn run(mut self, mut live: Option<mpsc::Receiver<Delivery>>, end: EndNote) {
        loop {
            match self.feed(&mut live).await {
                Ok(()) | Err(Pause::ReaderGone) => return,
                Err(Pause::Cut(failure)) => {
                    *end.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
                    return;
                }
                Err(Pause::Store(failure)) => {
                    tracing::warn!(error = %failure, "a stream of events waits for the store");
                    tokio::time::sleep(STORE_PAUSE).await;
                }
            }
        }
    }

    async fn feed(&mut self, live: &mut Option<mpsc::Receiver<Delivery>>) -> Result<(), Pause> {
        let mut outbox = self.store.watch_events().await?;
        let mut lost = 0;
        loop {
            if self.position < *outbox.borrow_and_update() {
                self.give_stored().await?;
                continue;
            }
            if !self.request.follow {
                return Ok(());
            }
            let transient = async {
                match &self.tap {
                    Some(tap) => tap.next(live, &mut lost).await,
                    None => std::future::pending().await,
                }
            };
            let told = tokio::select! {
                biased; // what is stored goes before what is not, so that an end comes after all progress
                changed = outbox.changed() => {
                    changed.map_err(|_| StoreFailure::Stopping)?;
                    None
                }
                () = self.sender.closed() => return Err(Pause::ReaderGone),
                envelope = transient => Some(envelope),
            };
            if let Some(envelope) = told {
                self.give(None, envelope, std::mem::take(&mut lost)).await?;
            }
        }
    }

    /// Gives the next events of the outbox.
    async fn give_stored(&mut self) -> Result<(), Pause> {
        let from = self.position;
        let read = self
            .store
            .query("events", move |snapshot| Ok((snapshot.events(from, FETCH)?, snapshot.next_event()?)));
        let (events, next) = read.await?;
        let oldest = events.first().map_or(next, |event| event.sequence);
        if oldest > from {
            return Err(Pause::Cut(StreamFailure::TooOld { asked: from, oldest }));
        }
        for stored in events {
            match EventEnvelope::from_bytes(&stored.envelope) {
                Ok(envelope) => {
                    let wanted =
                        self.request.filter.accepts(&envelope.event) && envelope.header.time >= self.since;
                    if wanted {
                        self.give(Some(stored.sequence), Arc::new(envelope), 0).await?;
                    }
                }
                Err(error) => {
                    tracing::warn!(sequence = stored.sequence, %error, "a stored event can't be read");
                }
            }
            self.position = stored.sequence + 1;
        }
        Ok(())
    }

    async fn give(
        &self,
        sequence: Option<u64>,
        envelope: Arc<EventEnvelope>,
        lost: u64,
    ) -> Result<(), Pause> {
        let next = sequence.map_or(self.position, |sequence| sequence + 1);
        let event = StreamedEvent { sequence, next, envelope, lost };
        self.sender.send_timeout(event, self.patience).await.map_err(|error| match error {
            SendTimeoutError::Closed(_) => Pause::ReaderGone,
            SendTimeoutError::Timeout(_) => {
                Pause::Cut(StreamFailure::TooSlow { cursor: self.position, waited: self.patience })
            }
        })
    }
}
