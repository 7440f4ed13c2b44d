//! Subscribers that hear what happens while they listen.

use std::sync::Arc;

use rr_proto::EventEnvelope;
use tokio::sync::Semaphore;

use super::delivery::{Delivery, EventSink};
use super::filter::EventFilter;
use super::pump::SubscriberReport;

/// One live subscriber with the room that its mailbox has left.
pub(super) struct LiveSubscriber {
    pub name: String,
    filter: EventFilter,
    sink: EventSink,
    room: Arc<Semaphore>,
    handed_over: u64,
    lost: u64,
    /// Transient events lost since the last one that was handed over: nobody can read those again.
    missed: u64,
}

impl LiveSubscriber {
    pub fn new(name: String, filter: EventFilter, sink: EventSink, queue: usize) -> Self {
        let room = Arc::new(Semaphore::new(queue.clamp(1, Semaphore::MAX_PERMITS)));
        Self { name, filter, sink, room, handed_over: 0, lost: 0, missed: 0 }
    }

    /// Hands an event over where it is wanted and there is room; counts it as lost otherwise.
    pub fn hear(&mut self, envelope: &Arc<EventEnvelope>, sequence: Option<u64>) {
        if !self.filter.accepts(&envelope.event) {
            return;
        }
        let handed_over = Arc::clone(&self.room).try_acquire_owned().is_ok_and(|room| {
            let delivery = Delivery::live(Arc::clone(envelope), sequence, self.missed, room);
            self.sink.send(delivery).is_ok()
        });
        if handed_over {
            self.handed_over += 1;
            self.missed = 0;
        } else {
            self.lost += 1;
            self.missed += u64::from(sequence.is_none());
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

#[cfg(test)]
mod tests {
    use rr_proto::{DlqEventsPurged, EventHeader, EventId, NodeId, UnixMillis};
    use tokio::sync::mpsc;

    use super::*;
    use crate::supervision::TreePath;

    fn envelope() -> Arc<EventEnvelope> {
        let (id, node) = (EventId::derive(&[b"x"]), NodeId::new("test").unwrap());
        let header = EventHeader {
            id,
            time: UnixMillis(1),
            sender: node.clone(),
            term: 0,
            correlation: id,
            trace: None,
        };
        let event = DlqEventsPurged { node, count: 1, reason: String::new(), at: UnixMillis(1) };
        Arc::new(EventEnvelope { header, event: event.into() })
    }

    #[test]
    fn what_was_lost_is_told_with_the_next_that_is_heard() {
        let (sender, mut receiver) = mpsc::channel(4);
        let sink = EventSink::channel(TreePath::new("test"), sender);
        let mut subscriber = LiveSubscriber::new("test".to_owned(), EventFilter::all(), sink, 1);
        for sequence in [None, None, Some(7), None] {
            subscriber.hear(&envelope(), sequence);
        }
        assert_eq!(receiver.try_recv().unwrap().missed(), 0); // dropped, which makes room
        subscriber.hear(&envelope(), None);
        assert_eq!(receiver.try_recv().unwrap().missed(), 2, "the stored one can be read again");
        subscriber.hear(&envelope(), None);
        assert_eq!(receiver.try_recv().unwrap().missed(), 0);
        assert_eq!((subscriber.report().handled, subscriber.report().lost), (3, 3));
    }
}
