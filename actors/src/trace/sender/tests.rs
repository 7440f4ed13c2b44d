use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanEvents, SpanLinks, SpanProcessor};

use super::*;
use crate::trace::queue::SpanQueue;

/// Takes what it is sent once it has failed as often as it is told to.
#[derive(Debug, Clone, Default)]
struct Collector {
    failures: Arc<AtomicUsize>,
    hangs: bool,
    taken: Arc<Mutex<Vec<Vec<SpanData>>>>,
}

impl SpanExporter for Collector {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        let fails =
            self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if fails.is_ok() {
            return Err(OTelSdkError::InternalFailure("told to".to_owned()));
        }
        self.taken.lock().unwrap().push(batch);
        Ok(())
    }
}

fn span(name: &'static str, attributes: Vec<KeyValue>, flags: TraceFlags) -> SpanData {
    SpanData {
        span_context: SpanContext::new(TraceId::from(1), SpanId::from(2), flags, false, TraceState::NONE),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: name.into(),
        start_time: std::time::UNIX_EPOCH,
        end_time: std::time::UNIX_EPOCH,
        attributes,
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::default(),
    }
}

fn sampled() -> SpanData {
    span("work", Vec::new(), TraceFlags::SAMPLED)
}

/// A queue whose other end is sent to a collector by a task.
fn pipe(room: usize, collector: Collector) -> (SpanQueue, mpsc::UnboundedSender<Emptied>, SpanCounts) {
    let counts = SpanCounts::default();
    let (queue, spans) = SpanQueue::new(room, counts.clone());
    let (orders, asked) = mpsc::unbounded_channel();
    let sender = SpanSender {
        spans,
        orders: asked,
        exporter: collector,
        counts: counts.clone(),
        limit: Duration::from_secs(10),
        trouble: SpanTrouble::default(),
    };
    tokio::spawn(sender.run());
    (queue, orders, counts)
}

async fn empty(orders: &mpsc::UnboundedSender<Emptied>) {
    let (emptied, answer) = sync_channel(1);
    orders.send(emptied).unwrap();
    while answer.try_recv().is_err() {
        tokio::time::sleep(EVERY).await;
    }
}

#[tokio::test(start_paused = true)]
async fn spans_are_sent_in_batches_and_only_those_of_sent_traces() {
    let collector = Collector::default();
    let (queue, orders, counts) = pipe(2 * BATCH, collector.clone());
    (0..BATCH + 1).for_each(|_| queue.on_end(sampled()));
    queue.on_end(span("work", Vec::new(), TraceFlags::default()));
    empty(&orders).await;
    let sizes: Vec<usize> = collector.taken.lock().unwrap().iter().map(Vec::len).collect();
    assert_eq!((sizes, counts.sent()), (vec![BATCH, 1], BATCH as u64 + 1));
}

#[tokio::test(start_paused = true)]
async fn what_the_queue_has_no_room_for_is_dropped_and_counted() {
    let (queue, orders, counts) = pipe(3, Collector::default());
    (0..5).for_each(|_| queue.on_end(sampled()));
    empty(&orders).await;
    assert_eq!((counts.sent(), counts.dropped(), counts.refused()), (3, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_collector_that_is_down_costs_its_batches_and_is_tried_again() {
    let collector = Collector { failures: Arc::new(AtomicUsize::new(2)), ..Collector::default() };
    let (queue, _orders, counts) = pipe(16, collector);
    for refused in 1..=2 {
        queue.on_end(sampled());
        while counts.refused() < refused {
            tokio::time::sleep(EVERY).await;
        }
    }
    queue.on_end(sampled());
    while counts.sent() == 0 {
        tokio::time::sleep(EVERY).await;
    }
    assert_eq!((counts.sent(), counts.dropped(), counts.refused()), (1, 0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_collector_that_hangs_is_given_up_after_its_limit() {
    let (queue, orders, counts) = pipe(1, Collector { hangs: true, ..Collector::default() });
    queue.on_end(sampled());
    empty(&orders).await;
    assert_eq!((counts.sent(), counts.refused()), (0, 1));
    queue.on_end(sampled());
    queue.on_end(sampled());
    assert_eq!(counts.dropped(), 1, "the queue holds one");
}

#[test]
fn spans_get_names_for_people() {
    let pair = |key: &'static str, value: &'static str| KeyValue::new(key, value);
    let named = |name, attributes| shown(span(name, attributes, TraceFlags::SAMPLED)).name.into_owned();
    assert_eq!(named(MESSAGE, vec![pair("actor", "node/store"), pair("kind", "Write")]), "Write node/store");
    assert_eq!(
        named("event", vec![pair("event", "MODEL_PROMOTED"), pair("to", "ratings")]),
        "MODEL_PROMOTED ratings"
    );
    assert_eq!(
        named("call", vec![pair("method", "/rr.admin.v1.Admin/GetStatus")]),
        "/rr.admin.v1.Admin/GetStatus"
    );
    assert_eq!(named("training", vec![pair("job", "1")]), "training");
}
