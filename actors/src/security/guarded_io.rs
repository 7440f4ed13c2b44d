//! A connection that counts against its port's limit, and that must begin to speak in time.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Sleep;
use tokio_rustls::server::TlsStream;
use tonic::transport::server::Connected;

use super::peer::PeerInfo;
use super::surface_counts::OpenConnection;

/// Bytes that a caller must have sent before it counts as speaking: the preface of HTTP/2; no request of HTTP/1 is shorter than this
/// and its line.
const FIRST_BYTES: usize = 24;

/// The two kinds of connection.
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// What a connection takes up while it lives: its places, and its part of the count.
type Held = ([OwnedSemaphorePermit; 2], OpenConnection);

/// A connection of a caller; dropping it makes room for another.
pub struct GuardedIo {
    stream: Stream,
    peer: PeerInfo,
    silence: Option<Pin<Box<Sleep>>>,
    heard: usize,
    _held: Held,
}

impl GuardedIo {
    /// Wraps a plain connection.
    pub(super) fn plain(stream: TcpStream, peer: PeerInfo, limit: Duration, held: Held) -> Self {
        Self::new(Stream::Plain(stream), peer, limit, held)
    }

    /// Wraps a connection whose handshake is done.
    pub(super) fn tls(stream: TlsStream<TcpStream>, peer: PeerInfo, limit: Duration, held: Held) -> Self {
        Self::new(Stream::Tls(Box::new(stream)), peer, limit, held)
    }

    fn new(stream: Stream, peer: PeerInfo, limit: Duration, held: Held) -> Self {
        let silence = Some(Box::pin(tokio::time::sleep(limit)));
        Self { stream, peer, silence, heard: 0, _held: held }
    }

    /// Returns who is at the other end.
    pub const fn peer(&self) -> &PeerInfo {
        &self.peer
    }
}

impl Connected for GuardedIo {
    type ConnectInfo = PeerInfo;

    fn connect_info(&self) -> PeerInfo {
        self.peer.clone()
    }
}

impl AsyncRead for GuardedIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = match &mut this.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        };
        this.heard = this.heard.saturating_add(buffer.filled().len() - before);
        if this.heard >= FIRST_BYTES {
            this.silence = None;
        }
        match (&read, &mut this.silence) {
            (Poll::Pending, Some(silence)) => {
                std::task::ready!(silence.as_mut().poll(context));
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the caller did not speak in time")))
            }
            _ => read,
        }
    }
}

impl AsyncWrite for GuardedIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write_vectored(context, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write_vectored(context, bytes),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(stream) => stream.is_write_vectored(),
            Stream::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(context),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
