//! What a gRPC connection may take.

use std::time::Duration;

use rr_config::LimitsSection;
use tonic::transport::Server;

/// Limits a gRPC connection and its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrpcLimits {
    /// Requests at a time.
    pub streams: u32,
    /// Bytes of a request; every service is told by itself.
    pub message_bytes: usize,
    /// Bytes of a request's headers.
    pub header_bytes: u32,
    /// Time until an answer begins.
    pub request: Duration,
    /// Silence before a sign of life is asked for, and the time that it may take.
    pub keepalive: Duration,
}

impl From<&LimitsSection> for GrpcLimits {
    fn from(limits: &LimitsSection) -> Self {
        Self {
            streams: limits.streams,
            message_bytes: limits.message_bytes as usize,
            header_bytes: limits.header_bytes,
            request: Duration::from_secs(limits.request_seconds),
            keepalive: Duration::from_secs(limits.keepalive_seconds),
        }
    }
}

impl GrpcLimits {
    /// Puts the limits of connections and requests on a server.
    pub fn apply<L>(self, server: Server<L>) -> Server<L> {
        server
            .max_concurrent_streams(self.streams)
            .http2_max_header_list_size(self.header_bytes)
            .http2_keepalive_interval(Some(self.keepalive))
            .http2_keepalive_timeout(Some(self.keepalive))
            .timeout(self.request)
    }
}
