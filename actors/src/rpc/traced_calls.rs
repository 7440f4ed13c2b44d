//! The layer that puts every call into a span of its own, in the trace of its caller where the call names one.

use std::task::{Context, Poll};

use rr_proto::TraceContext;
use tonic::body::Body;
use tonic::codegen::http::{HeaderMap, Request, Response};
use tower::{Layer, Service};
use tracing::instrument::{Instrument, Instrumented};

use crate::trace::continue_trace;

/// The header of a trace context.
pub(super) const TRACEPARENT: &str = "traceparent";

/// Puts [`TracedCalls`] before a service. It stands behind the gate: a caller who is refused makes no spans.
#[derive(Debug, Clone, Copy, Default)]
pub struct TraceLayer;

impl<S> Layer<S> for TraceLayer {
    type Service = TracedCalls<S>;

    fn layer(&self, inner: S) -> TracedCalls<S> {
        TracedCalls { inner }
    }
}

/// Does calls, each in its span.
#[derive(Debug, Clone)]
pub struct TracedCalls<S> {
    inner: S,
}

impl<S> Service<Request<Body>> for TracedCalls<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Instrumented<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let span = tracing::info_span!(parent: None, "call", method = request.uri().path());
        continue_trace(&span, caller(request.headers()));
        self.inner.call(request).instrument(span)
    }
}

/// Reads the trace of the caller; one that can't be read counts as none, as its specification asks.
fn caller(headers: &HeaderMap) -> Option<TraceContext> {
    headers.get(TRACEPARENT)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_is_no_context_counts_as_none() {
        let caller = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(TRACEPARENT, tonic::codegen::http::HeaderValue::from_bytes(value).unwrap());
            caller(&headers)
        };
        assert!(caller(b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").is_some());
        assert_eq!((caller(b"00-0-0-0"), caller(b"\xff"), caller(b"")), (None, None, None));
    }
}
