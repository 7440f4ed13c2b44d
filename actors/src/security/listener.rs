//! Taking connections: a bounded number, with a handshake that must end in time; nothing a caller does ends the port.

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use super::guarded_io::GuardedIo;
use super::peer::PeerInfo;
use super::surface_counts::{Closed, PortCounts};
use super::tls::ServerTls;

/// Pause after the system could give no connection, for instance because all file handles are taken.
const PAUSE: Duration = Duration::from_millis(100);
/// Connections that are ready and not yet taken by the server.
const READY: usize = 16;
/// Connections that may wait for one of the limited places, and how long; one more is closed at once.
const WAITING: usize = 128;
const WAIT: Duration = Duration::from_secs(30);

/// Says how a port takes connections.
#[derive(Debug, Clone)]
pub struct ListenerLimits {
    /// Name of the port, for the log.
    pub port: &'static str,
    /// Connections at a time; some more wait until one ends, and all further ones are closed at once.
    pub connections: usize,
    /// Time for a handshake, and for the first bytes of a request.
    pub header: Duration,
    /// TLS, where the port speaks it.
    pub tls: Option<ServerTls>,
    /// Counts them.
    pub counts: Arc<PortCounts>,
}

/// Takes the connections of a port until it is dropped.
pub struct SecureListener {
    ready: mpsc::Receiver<GuardedIo>,
    address: SocketAddr,
}

impl SecureListener {
    /// Begins to take connections; needs a runtime.
    ///
    /// # Errors
    /// When the system does not hand the listener over.
    pub fn new(listener: StdListener, limits: ListenerLimits) -> io::Result<Self> {
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(READY);
        tokio::spawn(accept(listener, limits, sender));
        Ok(Self { ready, address })
    }

    /// Returns where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the next connection; none when the port is closed.
    pub async fn next(&mut self) -> Option<GuardedIo> {
        self.ready.recv().await
    }

    /// Gives the connections as the stream that a gRPC server takes.
    pub fn into_stream(self) -> impl tokio_stream::Stream<Item = io::Result<GuardedIo>> + Send {
        use tokio_stream::StreamExt as _;
        ReceiverStream::new(self.ready).map(Ok)
    }
}

async fn accept(listener: TcpListener, limits: ListenerLimits, sender: mpsc::Sender<GuardedIo>) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let seats = Arc::new(Semaphore::new(limits.connections.saturating_add(WAITING)));
    let limits = Arc::new(limits);
    let mut full = false;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = sender.closed() => return,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(port = limits.port, %error, "no connection could be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let Ok(seat) = Arc::clone(&seats).try_acquire_owned() else {
            if !full {
                let limit = limits.connections;
                tracing::warn!(port = limits.port, limit, %address, "all connections are taken; more are closed at once");
            }
            full = true;
            limits.counts.closed(Closed::Full);
            continue; // dropping the connection closes it
        };
        full = false;
        let (limits, sender, places) = (Arc::clone(&limits), sender.clone(), Arc::clone(&places));
        tokio::spawn(async move {
            let place = tokio::time::timeout(WAIT, places.acquire_owned());
            let Ok(Ok(place)) = place.await else { return limits.counts.closed(Closed::Waited) };
            if let Some(io) = shake_hands(stream, address, &limits, [seat, place]).await {
                let _ = sender.send(io).await; // the port may be closed meanwhile
            }
        });
    }
}

async fn shake_hands(
    stream: TcpStream,
    address: SocketAddr,
    limits: &ListenerLimits,
    places: [OwnedSemaphorePermit; 2],
) -> Option<GuardedIo> {
    let _ = stream.set_nodelay(true); // slower without, and right all the same
    let Some(tls) = &limits.tls else {
        let open = limits.counts.opened();
        return Some(GuardedIo::plain(stream, PeerInfo::plain(address), limits.header, (places, open)));
    };
    match tokio::time::timeout(limits.header, tls.acceptor().accept(stream)).await {
        Ok(Ok(stream)) => {
            let peer = PeerInfo::verified(address, stream.get_ref().1.peer_certificates());
            Some(GuardedIo::tls(stream, peer, limits.header, (places, limits.counts.opened())))
        }
        Ok(Err(error)) => {
            limits.counts.closed(Closed::Handshake);
            tracing::warn!(port = limits.port, %address, %error, "a TLS handshake failed");
            None
        }
        Err(_) => {
            limits.counts.closed(Closed::Handshake);
            tracing::debug!(port = limits.port, %address, "a TLS handshake took too long");
            None
        }
    }
}
