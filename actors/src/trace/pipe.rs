//! The way of spans to a collector: a bounded queue, and a thread of its own that sends.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithTonicConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, SpanData, SpanExporter as _};
use rr_config::TraceSection;
use tokio::sync::mpsc;
use tonic::transport::Endpoint;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::collector::{CollectorHeaders, endpoint};
use super::failure::TraceFailure;
use super::filter::SpanFilter;
use super::queue::{SpanCounts, SpanQueue};
use super::sampler::sampler;
use super::sender::{Emptied, SpanSender, SpanTrouble};

/// The name under which the spans of the house are known among those of other libraries.
const SCOPE: &str = "ringrift";

/// Sends spans to a collector; a collector that is slow or down costs spans, which are counted, and nothing else.
#[derive(Debug)]
pub struct SpanPipe {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    orders: mpsc::UnboundedSender<Emptied>,
    counts: SpanCounts,
    message_share: f64,
    flush_within: Duration,
}

/// What the thread is started with.
struct Sending {
    endpoint: Endpoint,
    headers: CollectorHeaders,
    resource: Resource,
    spans: mpsc::Receiver<SpanData>,
    orders: mpsc::UnboundedReceiver<Emptied>,
    counts: SpanCounts,
    limit: Duration,
}

impl SpanPipe {
    /// Opens the way to the collector that is configured; none where none is. Blocks on the disk, and never on the collector.
    ///
    /// # Errors
    /// [`TraceFailure`], naming the key that is wrong.
    pub fn open(section: &TraceSection, node: &str) -> Result<Option<Self>, TraceFailure> {
        let Some(address) = &section.endpoint else { return Ok(None) };
        let counts = SpanCounts::default();
        let (queue, spans) = SpanQueue::new(section.queue_spans as usize, counts.clone());
        let (orders, asked) = mpsc::unbounded_channel();
        let resource = resource(section, node);
        let sending = Sending {
            endpoint: endpoint(address, section)?,
            headers: CollectorHeaders::read(section)?,
            resource: resource.clone(),
            spans,
            orders: asked,
            counts: counts.clone(),
            limit: Duration::from_secs(section.timeout_seconds),
        };
        let (started, start) = sync_channel(1);
        let thread = std::thread::Builder::new().name("rr-spans".to_owned());
        let thread = thread.spawn(move || sending.run(&started));
        let _ = thread.map_err(|error| TraceFailure::Start(error.to_string()))?;
        wait_for_start(&start)?;
        let provider = SdkTracerProvider::builder()
            .with_span_processor(queue)
            .with_sampler(sampler(section.sample_share))
            .with_resource(resource)
            .build();
        let tracer = provider.tracer(SCOPE);
        let (message_share, flush_within) =
            (section.message_share, Duration::from_secs(section.flush_seconds));
        Ok(Some(Self { provider, tracer, orders, counts, message_share, flush_within }))
    }

    /// Returns the layer that makes spans for the collector.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        // Each of these would be an attribute of every span, or a cost of every entering.
        let layer = tracing_opentelemetry::layer()
            .with_tracer(self.tracer.clone())
            .with_context_activation(false)
            .with_tracked_inactivity(false)
            .with_location(false)
            .with_threads(false)
            .with_target(false);
        layer.with_filter(SpanFilter::new(self.message_share))
    }

    /// Returns the share of the messages that belong to no trace which is sent.
    pub fn message_share(&self) -> f64 {
        self.message_share
    }

    /// Returns what became of the spans.
    pub fn counts(&self) -> SpanCounts {
        self.counts.clone()
    }

    /// Waits until what has ended is sent, or the configured limit is over; tells which. Blocks.
    pub fn flush(&self) -> bool {
        let (emptied, answer) = sync_channel(1);
        self.orders.send(emptied).is_ok() && answer.recv_timeout(self.flush_within).is_ok()
    }

    /// Sends what has ended, within the configured limit, and takes no more. Blocks.
    pub fn close(self) {
        if !self.flush() {
            tracing::warn!(limit = ?self.flush_within, "not all spans were sent in time; the rest is dropped");
        }
        let _ = self.provider.shutdown(); // there is nothing left to be told of
    }
}

fn wait_for_start(start: &Receiver<Result<(), String>>) -> Result<(), TraceFailure> {
    let started = start.recv().unwrap_or_else(|_| Err("the thread that sends ended at once".to_owned()));
    started.map_err(TraceFailure::Start)
}

impl Sending {
    /// Sends on a runtime of its own, so that neither waits for the other's work.
    fn run(self, started: &SyncSender<Result<(), String>>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return drop(started.send(Err(error.to_string()))),
        };
        runtime.block_on(async {
            let exporter = SpanExporter::builder()
                .with_tonic()
                .with_channel(self.endpoint.connect_lazy())
                .with_interceptor(self.headers)
                .with_timeout(self.limit)
                .build();
            let mut exporter = match exporter {
                Ok(exporter) => exporter,
                Err(error) => return drop(started.send(Err(error.to_string()))),
            };
            exporter.set_resource(&self.resource);
            let _ = started.send(Ok(())); // whoever started us waits for it
            let (spans, orders, counts) = (self.spans, self.orders, self.counts);
            let trouble = SpanTrouble::default();
            SpanSender { spans, orders, exporter, counts, limit: self.limit, trouble }.run().await;
        });
    }
}

/// Says whose spans they are; OTEL_RESOURCE_ATTRIBUTES adds to it.
fn resource(section: &TraceSection, node: &str) -> Resource {
    let about = [
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("service.instance.id", node.to_owned()),
    ];
    Resource::builder().with_attributes(about).with_service_name(section.service_name.clone()).build()
}
