//! Serving the pages of one port: HTTP/1 with bounds on time and size for whoever is at the other end.

use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rr_config::LimitsSection;
use tokio::task::JoinSet;

use crate::security::{GuardedIo, SecureListener};

/// How old a connection may grow, and how long its last answer may take then. Whoever goes on reading connects again.
const AGE: Duration = Duration::from_secs(300);
const GRACE: Duration = Duration::from_secs(10);

/// Limits a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageLimits {
    header: Duration,
    header_bytes: usize,
}

impl From<&LimitsSection> for PageLimits {
    fn from(limits: &LimitsSection) -> Self {
        Self {
            header: Duration::from_secs(limits.header_seconds),
            header_bytes: limits.header_bytes as usize,
        }
    }
}

/// Serves a port until it is closed; dropping this closes every connection.
pub(super) async fn serve(mut listener: SecureListener, pages: Router, limits: PageLimits) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            next = listener.next() => match next {
                Some(io) => drop(connections.spawn(serve_connection(io, pages.clone(), limits))),
                None => return,
            },
            Some(_) = connections.join_next() => {} // one ended; how, is the caller's affair
        }
    }
}

async fn serve_connection(io: GuardedIo, pages: Router, limits: PageLimits) {
    let peer = io.peer().clone();
    let address = peer.address;
    let service = TowerToHyperService::new(pages.layer(Extension(peer)));
    let mut server = Builder::new(TokioExecutor::new()).http1_only();
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(limits.header_bytes);
    let connection = server.serve_connection(TokioIo::new(io), service);
    tokio::pin!(connection);
    let ended = match tokio::time::timeout(AGE, connection.as_mut()).await {
        Ok(ended) => ended,
        Err(_) => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(GRACE, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%address, %error, "a connection to a page ended badly");
    }
}
