//! What callers of the node may take.

use crate::check::Checks;

section! {
    /// Says how much a caller may take of the node. A caller beyond a limit is refused; the others notice nothing.
    pub struct LimitsSection as "limits" {
        /// Connections of one port at a time; up to 128 more wait until one ends, and all further ones are closed at once.
        pub connections: u32 = 128,
        /// Requests of one gRPC connection at a time.
        pub streams: u32 = 64,
        /// Bytes of a gRPC request, at most.
        pub message_bytes: u32 = 4_194_304,
        /// Bytes of a request's headers, at most.
        pub header_bytes: u32 = 16_384,
        /// Time for a TLS handshake, and again for the headers of a request, in seconds.
        pub header_seconds: u64 = 10,
        /// Time until an answer begins, in seconds; streams may last longer.
        pub request_seconds: u64 = 60,
        /// Silence of a gRPC connection after which it is asked for a sign of life, in seconds; without one in as long it is closed.
        pub keepalive_seconds: u64 = 20,
        /// gRPC requests a second of one caller, in the long run.
        pub requests_per_second: f64 = 200.0,
        /// gRPC requests of one caller at once, before the rate counts.
        pub burst: u32 = 400,
        /// Bytes of one file of the audit log; a full one is kept and a new one begun.
        pub audit_file_bytes: u64 = 16_777_216,
    }
}

impl LimitsSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("limits.connections", self.connections.into(), 4);
        checks.at_least("limits.streams", self.streams.into(), 1);
        checks.at_least("limits.message_bytes", self.message_bytes.into(), 1024);
        checks.at_least("limits.header_bytes", self.header_bytes.into(), 8192);
        checks.at_least("limits.header_seconds", self.header_seconds, 1);
        checks.at_least("limits.request_seconds", self.request_seconds, 1);
        checks.at_least("limits.keepalive_seconds", self.keepalive_seconds, 1);
        checks.positive("limits.requests_per_second", self.requests_per_second);
        checks.at_least("limits.burst", self.burst.into(), 1);
        checks.at_least("limits.audit_file_bytes", self.audit_file_bytes, 4096);
    }
}
