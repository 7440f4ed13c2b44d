//! An event on its way to a subscriber, and the subscriber's answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ractor::Message;
use rr_proto::{ErrorCode, Event, EventEnvelope, EventHeader, FailureNote};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::error::AddressError;
use crate::supervision::{Address, TreePath};

/// Carries one event to one subscriber.
///
/// A durable subscriber answers with [`Self::done`] or [`Self::failed`]; dropping it unanswered, as a dying actor does, gets it
/// delivered again.
#[derive(Debug)]
pub struct Delivery {
    envelope: Arc<EventEnvelope>,
    sequence: Option<u64>,
    attempt: u32,
    missed: u64,
    answer: Option<oneshot::Sender<Result<(), FailureNote>>>,
    _room: Option<OwnedSemaphorePermit>,
}

impl Delivery {
    pub(super) fn durable(
        envelope: Arc<EventEnvelope>,
        sequence: u64,
        attempt: u32,
    ) -> (Self, oneshot::Receiver<Result<(), FailureNote>>) {
        let (answer, receiver) = oneshot::channel();
        let delivery = Self {
            envelope,
            sequence: Some(sequence),
            attempt,
            missed: 0,
            answer: Some(answer),
            _room: None,
        };
        (delivery, receiver)
    }

    pub(super) fn live(
        envelope: Arc<EventEnvelope>,
        sequence: Option<u64>,
        missed: u64,
        room: OwnedSemaphorePermit,
    ) -> Self {
        Self { envelope, sequence, attempt: 1, missed, answer: None, _room: Some(room) }
    }

    /// Returns how many transient events a live subscriber lost just before this one, having no room for them.
    pub(super) fn missed(&self) -> u64 {
        self.missed
    }

    /// Returns what happened.
    pub fn event(&self) -> &Event {
        &self.envelope.event
    }

    /// Returns who raised it, when, and as part of what.
    pub fn header(&self) -> &EventHeader {
        &self.envelope.header
    }

    /// Returns the whole event with its header.
    pub(super) fn envelope(&self) -> &Arc<EventEnvelope> {
        &self.envelope
    }

    /// Returns its place in the outbox; none for a transient event.
    pub fn sequence(&self) -> Option<u64> {
        self.sequence
    }

    /// Returns the number of this try, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Answers that the event is dealt with: it will not come again.
    pub fn done(mut self) {
        self.reply(Ok(()));
    }

    /// Answers that the event could not be dealt with: it goes to the dead letters and is tried again.
    pub fn failed(mut self, failure: FailureNote) {
        self.reply(Err(failure));
    }

    /// Answers with what came of it: what could not be kept comes again.
    pub fn settle<E: fmt::Display>(self, outcome: &Result<(), E>) {
        match outcome {
            Ok(()) => self.done(),
            Err(error) => {
                self.failed(FailureNote { code: ErrorCode::Unavailable, message: error.to_string() });
            }
        }
    }

    fn reply(&mut self, outcome: Result<(), FailureNote>) {
        if let Some(answer) = self.answer.take() {
            let _ = answer.send(outcome); // too late, or the bus restarted: the event comes again
        }
    }
}

/// Where the deliveries of a subscriber go: the mailbox of an actor.
#[derive(Clone)]
pub struct EventSink(Arc<dyn Sink>);

type Waiting<'a> = Pin<Box<dyn Future<Output = bool> + Send + 'a>>;

trait Sink: Send + Sync {
    fn send(&self, delivery: Delivery) -> Result<(), AddressError>;
    fn wait_up(&self, limit: Duration) -> Waiting<'_>;
    fn is_gone(&self) -> bool;
}

struct Mailbox<M, F> {
    address: Address<M>,
    wrap: F,
}

struct Channel {
    path: TreePath,
    sender: mpsc::Sender<Delivery>,
}

impl EventSink {
    /// Sends deliveries to the actor at `address`, as the message that `wrap` makes of them.
    pub fn new<M, F>(address: Address<M>, wrap: F) -> Self
    where
        M: Message,
        F: Fn(Delivery) -> M + Send + Sync + 'static,
    {
        Self(Arc::new(Mailbox { address, wrap }))
    }

    /// Sends deliveries to whoever holds the other end, known as `path`; what it has no room for is lost.
    pub(super) fn channel(path: TreePath, sender: mpsc::Sender<Delivery>) -> Self {
        Self(Arc::new(Channel { path, sender }))
    }

    pub(super) fn send(&self, delivery: Delivery) -> Result<(), AddressError> {
        self.0.send(delivery)
    }

    /// Tells whether nobody will ever take a delivery again.
    pub(super) fn is_gone(&self) -> bool {
        self.0.is_gone()
    }

    /// Waits until the subscriber runs; returns whether it does.
    pub(super) async fn wait_up(&self, limit: Duration) -> bool {
        self.0.wait_up(limit).await
    }
}

impl<M, F> Sink for Mailbox<M, F>
where
    M: Message,
    F: Fn(Delivery) -> M + Send + Sync,
{
    fn send(&self, delivery: Delivery) -> Result<(), AddressError> {
        self.address.cast((self.wrap)(delivery))
    }

    fn wait_up(&self, limit: Duration) -> Waiting<'_> {
        Box::pin(async move { self.address.wait_up(limit).await.is_ok() })
    }

    fn is_gone(&self) -> bool {
        false // an actor comes back
    }
}

impl Sink for Channel {
    fn send(&self, delivery: Delivery) -> Result<(), AddressError> {
        let refused = |_| AddressError::NotRunning { path: self.path.clone() };
        self.sender.try_send(delivery).map_err(refused)
    }

    fn wait_up(&self, _limit: Duration) -> Waiting<'_> {
        Box::pin(std::future::ready(!self.sender.is_closed()))
    }

    fn is_gone(&self) -> bool {
        self.sender.is_closed()
    }
}

impl fmt::Debug for EventSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventSink")
    }
}
