//! Taking the node's ports before anything is started, so that a taken one is told at once.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use rr_config::ServerSection;

use crate::error::NodeFailure;
use crate::http::PagePorts;

/// Takes the port of the administration.
pub(super) fn bind_grpc(server: &ServerSection) -> Result<Arc<TcpListener>, NodeFailure> {
    bind("server.grpc_port", server.grpc_addr())
}

/// Takes the ports with pages.
pub(super) fn bind_pages(server: &ServerSection) -> Result<PagePorts, NodeFailure> {
    Ok(PagePorts {
        health: bind("server.health_port", server.health_addr())?,
        status: bind("server.status_port", server.status_addr())?,
    })
}

fn bind(key: &'static str, address: SocketAddr) -> Result<Arc<TcpListener>, NodeFailure> {
    let fail = |source| NodeFailure::Listen { key, address, source };
    let listener = TcpListener::bind(address).map_err(fail)?;
    listener.set_nonblocking(true).map_err(fail)?;
    Ok(Arc::new(listener))
}
