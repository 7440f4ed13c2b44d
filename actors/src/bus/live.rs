//! Subscribers that hear what happens while they listen.

use std::sync::Arc;

use rr_proto::EventEnvelope;
use tokio::sync::Semaphore;

use super::delivery::{Delivery, EventSink};
use super::filter::EventFilter;
use super::pump::SubscriberReport;
use crate::trace::event_span;

/// One live subscriber with the room that its mailbox has left.
pub(super) struct LiveSubscriber {
    pub name: String,
    filter: EventFilter,
    sink: EventSink,
    room: Arc<Semaphore>,
    handed_over: u64,
    lost: u64,
}

impl LiveSubscriber {
    pub fn new(name: String, filter: EventFilter, sink: EventSink, queue: usize) -> Self {
        let room = Arc::new(Semaphore::new(queue.clamp(1, Semaphore::MAX_PERMITS)));
        Self { name, filter, sink, room, handed_over: 0, lost: 0 }
    }

    /// Hands an event over where it is wanted and there is room; counts it as lost otherwise.
    pub fn hear(&mut self, envelope: &Arc<EventEnvelope>, sequence: Option<u64>) {
        if !self.filter.accepts(&envelope.event) {
            return;
        }
        let send = |room| {
            let delivery = Delivery::live(Arc::clone(envelope), sequence, room);
            event_span(envelope, &self.name).in_scope(|| self.sink.send(delivery)).is_ok()
        };
        let handed_over = Arc::clone(&self.room).try_acquire_owned().is_ok_and(send);
        if handed_over {
            self.handed_over += 1;
        } else {
            self.lost += 1;
        }
    }

    /// Tells whether the subscriber will never listen again.
    pub fn is_gone(&self) -> bool {
        self.sink.is_gone()
    }

    pub fn report(&self) -> SubscriberReport {
        SubscriberReport {
            name: self.name.clone(),
            durable: false,
            cursor: None,
            handled: self.handed_over,
            failed: 0,
            dead_letters: 0,
            lost: self.lost,
        }
    }
}
