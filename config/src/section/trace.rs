//! Where spans are sent.

use std::path::PathBuf;

use crate::check::Checks;

section! {
    /// Says where spans are sent, and how many of them. Without an endpoint none are; OTEL_* variables give what the configuration doesn't.
    pub struct TraceSection as "trace" {
        /// Collector that spans are sent to over OTLP/gRPC, such as `http://127.0.0.1:4317`.
        pub endpoint: Option<String> = None,
        /// Name under which the collector knows the node.
        pub service_name: String = "ringrift".to_owned(),
        /// Share of the traces that are sent, of those that begin here; for a call that comes with a `traceparent` its caller has decided.
        pub sample_share: f64 = 1.0,
        /// Share of the messages that belong to no trace, such as ticks and batches, with which one begins.
        pub message_share: f64 = 0.01,
        /// Spans that may wait to be sent; those that are too many are dropped and counted.
        pub queue_spans: u32 = 4_096,
        /// How long the collector may take to answer, in seconds.
        pub timeout_seconds: u64 = 10,
        /// How long a stop waits for the last spans to be sent, in seconds.
        pub flush_seconds: u64 = 3,
        /// File with headers for the collector, one `name: value` a line, for what must not stand in a configuration.
        pub headers_file: Option<PathBuf> = None,
        /// PEM file with the authority of the collector's certificate, for an endpoint with https.
        pub tls_ca: Option<PathBuf> = None,
    }
}

impl TraceSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        let scheme = |name: &str| self.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with(name));
        checks.require(
            "trace.endpoint",
            self.endpoint.is_none() || scheme("http://") || scheme("https://"),
            "must begin with http:// or https://",
        );
        checks.require("trace.service_name", !self.service_name.is_empty(), "must not be empty");
        checks.share("trace.sample_share", self.sample_share);
        checks.share("trace.message_share", self.message_share);
        checks.at_least("trace.queue_spans", self.queue_spans.into(), 1);
        checks.at_least("trace.timeout_seconds", self.timeout_seconds, 1);
    }
}
