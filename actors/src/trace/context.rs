//! Where a trace stands: taken from the span at hand, and given to another.

use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use rr_proto::TraceContext;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Returns where the trace stands that the caller works for; none where there is no span, or no collector.
pub fn current_trace() -> Option<TraceContext> {
    trace_of(&Span::current())
}

/// Returns where the trace of a span stands.
pub fn trace_of(span: &Span) -> Option<TraceContext> {
    let context = span.context();
    let found = context.span();
    let found = found.span_context();
    found.is_valid().then(|| TraceContext {
        trace_id: found.trace_id().to_bytes(),
        span_id: found.span_id().to_bytes(),
        flags: found.trace_flags().to_u8(),
    })
}

/// Lets a span that nobody has entered yet go on with a trace; without one it begins a trace of its own.
pub fn continue_trace(span: &Span, from: Option<TraceContext>) {
    let Some(from) = from else { return };
    let parent = SpanContext::new(
        TraceId::from_bytes(from.trace_id),
        SpanId::from_bytes(from.span_id),
        TraceFlags::new(from.flags),
        true,
        TraceState::NONE,
    );
    let parent = opentelemetry::Context::new().with_remote_span_context(parent);
    let _ = span.set_parent(parent); // nobody wants it, or there is no collector
}

/// Begins a trace, whose spans are sent, for a caller that makes no spans of its own.
pub fn new_trace() -> TraceContext {
    let ids = RandomIdGenerator::default();
    TraceContext {
        trace_id: ids.new_trace_id().to_bytes(),
        span_id: ids.new_span_id().to_bytes(),
        flags: TraceFlags::SAMPLED.to_u8(),
    }
}

/// Lets a span of work follow the span at hand without keeping that one open until the work ends.
///
/// The span has to be made with `parent: None`.
#[must_use]
pub fn followed(span: Span) -> Span {
    continue_trace(&span, current_trace());
    span
}
