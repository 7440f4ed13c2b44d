//! The task that sends spans to the collector, a batch at a time.

use std::borrow::Cow;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::message_span::MESSAGE;
use super::queue::SpanCounts;

/// Time between two looks at the queue. Spans don't wake the task: waking would cost those whose spans they are.
const EVERY: Duration = Duration::from_millis(250);
/// Spans that are sent together, at most.
const BATCH: usize = 512;
/// How long the task leaves a collector alone that did not take a batch; twice as long after each further one.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest of these pauses.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Somebody waits until the queue is empty.
pub(super) type Emptied = SyncSender<()>;

/// Sends what waits in the queue.
pub(super) struct SpanSender<E> {
    pub spans: mpsc::Receiver<SpanData>,
    pub orders: mpsc::UnboundedReceiver<Emptied>,
    pub exporter: E,
    pub counts: SpanCounts,
    /// How long the collector may take to take a batch.
    pub limit: Duration,
    pub trouble: SpanTrouble,
}

/// What the task knows of a collector that takes nothing.
#[derive(Debug, Default)]
pub(super) struct SpanTrouble {
    /// Batches that it has not taken, in a row.
    batches: u32,
    /// Spans dropped or refused that were told of.
    told: u64,
}

impl<E: SpanExporter> SpanSender<E> {
    /// Sends until nobody holds the pipe any more, and what waits then.
    pub async fn run(mut self) {
        loop {
            let asked = timeout(EVERY, self.orders.recv()).await;
            let sent = self.send_waiting(asked.is_ok()).await;
            match asked {
                Err(_) if sent => {}
                Err(_) => self.pause().await,
                Ok(Some(emptied)) => drop(emptied.try_send(())), // the asker may have given up
                Ok(None) => return,
            }
        }
    }

    /// Sends what waits, or one batch of it where the collector is in trouble; tells whether the last batch was taken.
    async fn send_waiting(&mut self, to_the_end: bool) -> bool {
        let mut batch = Vec::new();
        loop {
            while batch.len() < BATCH
                && let Ok(span) = self.spans.try_recv()
            {
                batch.push(shown(span));
            }
            if batch.is_empty() {
                return true;
            }
            if !self.send(std::mem::take(&mut batch)).await && !to_the_end {
                return false;
            }
        }
    }

    async fn send(&mut self, batch: Vec<SpanData>) -> bool {
        let spans = batch.len();
        let failure = match timeout(self.limit, self.exporter.export(batch)).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer within {:?}", self.limit)),
        };
        match failure {
            None => {
                self.counts.note_sent(spans);
                self.recovered();
                true
            }
            Some(error) => {
                self.counts.note_refused(spans);
                if self.trouble.batches == 0 {
                    tracing::warn!(
                        error,
                        "the collector takes no spans; they are dropped and counted until it does"
                    );
                }
                self.trouble.batches = self.trouble.batches.saturating_add(1);
                false
            }
        }
    }

    /// Says once that the collector takes spans again, or that they came too fast.
    fn recovered(&mut self) {
        let lost = self.counts.dropped() + self.counts.refused();
        let news = lost - self.trouble.told;
        if self.trouble.batches > 0 {
            tracing::info!(lost = news, "the collector takes spans again");
        } else if news > 0 && self.trouble.told == 0 {
            tracing::warn!(
                lost = news,
                "spans ended faster than they could be sent, and were dropped: lower trace.message_share or \
                 trace.sample_share, or raise trace.queue_spans"
            );
        }
        self.trouble = SpanTrouble { batches: 0, told: lost };
    }

    async fn pause(&mut self) {
        let doublings = self.trouble.batches.saturating_sub(1).min(10);
        let pause = PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
        // A stop must not wait for it.
        tokio::select! {
            biased;
            asked = self.orders.recv() => {
                if let Some(emptied) = asked {
                    let _ = self.send_waiting(true).await;
                    let _ = emptied.try_send(()); // the asker may have given up
                }
            }
            () = sleep(pause) => {}
        }
    }
}

/// Gives spans whose names say nothing alone a name for people who look through a trace, and each its kind.
fn shown(mut span: SpanData) -> SpanData {
    let value = |key: &str| {
        let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
        found.map(|attribute| attribute.value.as_str())
    };
    let name = match &*span.name {
        MESSAGE => value("kind").zip(value("actor")).map(|(kind, actor)| format!("{kind} {actor}")),
        "event" => value("event").zip(value("to")).map(|(event, to)| format!("{event} {to}")),
        "call" => value("method").map(Cow::into_owned),
        _ => None,
    };
    span.span_kind = match &*span.name {
        "event" => SpanKind::Consumer,
        "call" => SpanKind::Server,
        _ => SpanKind::Internal,
    };
    if let Some(name) = name {
        span.name = name.into();
    }
    span
}

#[cfg(test)]
mod tests;
