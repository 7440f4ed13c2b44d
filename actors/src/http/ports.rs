//! The ports with pages.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// Holds the bound ports; they are bound before the tree starts and outlive the actor that serves them.
#[derive(Debug, Clone)]
pub struct PagePorts {
    /// Health, readiness and status of the daemons.
    pub health: Arc<TcpListener>,
    /// Status of the cluster.
    pub status: Arc<TcpListener>,
}

impl PagePorts {
    /// Returns where the health pages and the cluster's status are.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn addresses(&self) -> io::Result<(SocketAddr, SocketAddr)> {
        Ok((self.health.local_addr()?, self.status.local_addr()?))
    }
}
