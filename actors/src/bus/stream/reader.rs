//! The reader's end of a stream.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use rr_proto::EventEnvelope;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_stream::Stream;

use super::failure::StreamFailure;

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamedEvent {
    /// Its place in the outbox; none for a transient event.
    pub sequence: Option<u64>,
    /// Where a reader goes on that has dealt with it.
    pub next: u64,
    /// The event.
    pub envelope: Arc<EventEnvelope>,
    /// Transient events that were lost just before it, because the reader had no room for them.
    pub lost: u64,
}

/// Where the feeding task leaves the reason why it stopped.
pub(super) type EndNote = Arc<Mutex<Option<StreamFailure>>>;

/// Gives events until it is dropped, cut off, or, where it does not follow, at the end of what is stored.
pub struct EventStream {
    events: mpsc::Receiver<StreamedEvent>,
    end: EndNote,
    task: JoinHandle<()>,
}

impl EventStream {
    pub(super) fn new(events: mpsc::Receiver<StreamedEvent>, end: EndNote, task: JoinHandle<()>) -> Self {
        Self { events, end, task }
    }

    fn end(&self) -> Option<Result<StreamedEvent, StreamFailure>> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).take().map(Err)
    }
}

impl Stream for EventStream {
    type Item = Result<StreamedEvent, StreamFailure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match ready!(self.events.poll_recv(context)) {
            Some(event) => Poll::Ready(Some(Ok(event))),
            None => Poll::Ready(self.end()),
        }
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}
