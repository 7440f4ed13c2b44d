//! Counts of what came to the ports of a node, over all lives of their servers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rr_proto::ErrorCode;

/// Counts the connections of one port.
#[derive(Debug)]
pub struct PortCounts {
    name: &'static str,
    open: AtomicU64,
    accepted: AtomicU64,
    full: AtomicU64,
    waited: AtomicU64,
    handshake: AtomicU64,
}

/// Why a connection was closed before anything was asked on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Closed {
    /// All places were taken, the waiting ones too.
    Full,
    /// It waited too long for a place.
    Waited,
    /// Its TLS handshake failed or took too long.
    Handshake,
}

impl PortCounts {
    fn new(name: &'static str) -> Self {
        let zero = || AtomicU64::new(0);
        Self { name, open: zero(), accepted: zero(), full: zero(), waited: zero(), handshake: zero() }
    }

    /// Returns the name of the port.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the connections that are open.
    pub fn open(&self) -> u64 {
        self.open.load(Ordering::Relaxed)
    }

    /// Returns the connections that were taken.
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Returns the connections that were closed before anything was asked, by reason.
    pub fn refused(&self) -> [(&'static str, u64); 3] {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        [("full", of(&self.full)), ("waited", of(&self.waited)), ("handshake", of(&self.handshake))]
    }

    /// Counts a connection that was closed early.
    pub(super) fn closed(&self, why: Closed) {
        let count = match why {
            Closed::Full => &self.full,
            Closed::Waited => &self.waited,
            Closed::Handshake => &self.handshake,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a connection that is taken, and open until what is returned is dropped.
    pub(super) fn opened(self: &Arc<Self>) -> OpenConnection {
        self.accepted.fetch_add(1, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
        OpenConnection(Arc::clone(self))
    }
}

/// Counts as an open connection.
#[derive(Debug)]
pub(super) struct OpenConnection(Arc<PortCounts>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts what came to all ports.
#[derive(Debug)]
pub struct SurfaceCounts {
    ports: [Arc<PortCounts>; 3],
    calls: Mutex<BTreeMap<ErrorCode, u64>>,
}

impl SurfaceCounts {
    /// Starts to count.
    pub(super) fn new() -> Self {
        let ports = ["grpc", "health", "status"].map(|name| Arc::new(PortCounts::new(name)));
        Self { ports, calls: Mutex::default() }
    }

    /// Returns the ports.
    pub fn ports(&self) -> &[Arc<PortCounts>] {
        &self.ports
    }

    /// Returns the counts of a port; one that no node has gets counts that nobody looks at.
    pub(super) fn port(&self, name: &'static str) -> Arc<PortCounts> {
        let known = self.ports.iter().find(|port| port.name == name);
        known.map_or_else(|| Arc::new(PortCounts::new(name)), Arc::clone)
    }

    /// Counts a gRPC call that was refused before it reached a service.
    pub(super) fn refused_call(&self, code: ErrorCode) {
        *self.calls.lock().unwrap_or_else(PoisonError::into_inner).entry(code).or_default() += 1;
    }

    /// Returns the refused gRPC calls, by class.
    pub fn refused_calls(&self) -> Vec<(&'static str, u64)> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().map(|(code, count)| (code.as_str(), *count)).collect()
    }
}
