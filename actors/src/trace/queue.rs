//! The queue between those whose spans end and the thread that sends them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use tokio::sync::mpsc;

/// Counts what became of the spans; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct SpanCounts(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    sent: AtomicU64,
    dropped: AtomicU64,
    refused: AtomicU64,
}

impl SpanCounts {
    /// Returns how many the collector has taken.
    pub fn sent(&self) -> u64 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// Returns how many found the queue full.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    /// Returns how many the collector did not take.
    pub fn refused(&self) -> u64 {
        self.0.refused.load(Ordering::Relaxed)
    }

    pub(super) fn note_sent(&self, spans: usize) {
        self.0.sent.fetch_add(spans as u64, Ordering::Relaxed);
    }

    pub(super) fn note_refused(&self, spans: usize) {
        self.0.refused.fetch_add(spans as u64, Ordering::Relaxed);
    }
}

/// Takes ended spans and never waits: where the queue is full a span is dropped and counted.
#[derive(Debug)]
pub(super) struct SpanQueue {
    spans: mpsc::Sender<SpanData>,
    counts: SpanCounts,
}

impl SpanQueue {
    /// Makes a queue with room for `room` spans, and its other end.
    pub fn new(room: usize, counts: SpanCounts) -> (Self, mpsc::Receiver<SpanData>) {
        let (spans, waiting) = mpsc::channel(room.max(1));
        (Self { spans, counts }, waiting)
    }
}

impl SpanProcessor for SpanQueue {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.spans.try_send(span).is_err() {
            self.counts.0.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Does nothing: who holds the pipe has it emptied.
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _limit: Duration) -> OTelSdkResult {
        Ok(())
    }
}
