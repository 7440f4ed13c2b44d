//! The safety of a node's ports, put together from its settings.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rr_config::{LimitsSection, ServerSection, Settings};
use rr_proto::ErrorCode;

use super::audit::{AuditFailure, AuditLog};
use super::certs::CertFailure;
use super::gate::Gate;
use super::grpc_limits::GrpcLimits;
use super::layer::AccessLayer;
use super::listener::{ListenerLimits, SecureListener};
use super::surface_counts::SurfaceCounts;
use super::tls::ServerTls;
use super::token_book::TokenBook;
use super::token_file::TokenFile;
use crate::clock::Clock;

/// Why the ports could not be made safe.
#[derive(Debug, thiserror::Error)]
pub enum SurfaceFailure {
    /// A certificate or key.
    #[error(transparent)]
    Certificate(#[from] CertFailure),
    /// The audit log.
    #[error(transparent)]
    Audit(#[from] AuditFailure),
}

impl SurfaceFailure {
    /// Returns the class of failure.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Certificate(_) => ErrorCode::BadConfiguration,
            Self::Audit(_) => ErrorCode::Io,
        }
    }
}

/// Holds tokens, certificates and audit log of a node; cheap to clone.
#[derive(Clone)]
pub struct SurfaceSecurity {
    server: ServerSection,
    limits: LimitsSection,
    tokens: Arc<TokenBook>,
    tls: Option<ServerTls>,
    audit: Arc<AuditLog>,
    counts: Arc<SurfaceCounts>,
    clock: Arc<dyn Clock>,
}

impl SurfaceSecurity {
    /// Reads certificates and opens the audit log; blocks on the disk.
    ///
    /// # Errors
    /// [`SurfaceFailure`], naming the file and what is wrong with it.
    pub fn open(settings: &Settings, data_dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, SurfaceFailure> {
        let (server, limits) = (settings.server.clone(), settings.limits.clone());
        let tls = match (&server.tls_cert, &server.tls_key) {
            (Some(cert), Some(key)) => {
                let files: (PathBuf, PathBuf, Option<PathBuf>) =
                    (cert.clone(), key.clone(), server.tls_client_ca.clone());
                Some(ServerTls::load(files, clock.unix_ms() / 1000)?)
            }
            _ => None,
        };
        let path = TokenFile::path(server.tokens_file.as_deref(), data_dir);
        let audit = AuditLog::open(data_dir, limits.audit_file_bytes, Arc::clone(&clock))?;
        let (tokens, audit) = (Arc::new(TokenBook::new(path)), Arc::new(audit));
        Ok(Self { server, limits, tokens, tls, audit, counts: Arc::new(SurfaceCounts::new()), clock })
    }

    /// Returns the audit log.
    pub fn audit(&self) -> Arc<AuditLog> {
        Arc::clone(&self.audit)
    }

    /// Returns the counts of what came to the ports.
    pub fn counts(&self) -> Arc<SurfaceCounts> {
        Arc::clone(&self.counts)
    }

    /// Returns what TLS is spoken with, where it is configured.
    pub const fn tls(&self) -> Option<&ServerTls> {
        self.tls.as_ref()
    }

    /// Returns what a gRPC connection may take.
    pub fn grpc_limits(&self) -> GrpcLimits {
        GrpcLimits::from(&self.limits)
    }

    /// Returns what stands before the gRPC services.
    pub fn grpc_layer(&self) -> AccessLayer {
        let gate = self.gate(self.server.grpc_addr());
        AccessLayer::new(gate, self.audit(), self.counts(), Arc::clone(&self.clock))
    }

    /// Returns who asks readers of the pages at an address; none where anybody may read.
    pub fn page_gate(&self, address: SocketAddr) -> Option<Arc<Gate>> {
        self.server.guards_pages(address).then(|| self.gate(address))
    }

    /// Takes the connections of the gRPC port.
    ///
    /// # Errors
    /// When the system does not hand the listener over.
    pub fn grpc_listener(&self, listener: TcpListener) -> io::Result<SecureListener> {
        SecureListener::new(listener, self.listener_limits("grpc", self.tls.clone()))
    }

    /// Takes the connections of a port with pages at a configured address: with TLS where it asks who reads.
    ///
    /// # Errors
    /// When the system does not hand the listener over.
    pub fn page_listener(
        &self,
        port: &'static str,
        address: SocketAddr,
        listener: TcpListener,
    ) -> io::Result<SecureListener> {
        let tls = self.tls.clone().filter(|_| self.server.guards_pages(address));
        SecureListener::new(listener, self.listener_limits(port, tls))
    }

    fn listener_limits(&self, port: &'static str, tls: Option<ServerTls>) -> ListenerLimits {
        let header = Duration::from_secs(self.limits.header_seconds);
        let (connections, counts) = (self.limits.connections as usize, self.counts.port(port));
        ListenerLimits { port, connections, header, tls, counts }
    }

    /// Guards a port: users of this machine are let in without a token only where nobody else can reach it.
    fn gate(&self, address: SocketAddr) -> Arc<Gate> {
        let open_to_local = address.ip().is_loopback() && !self.server.require_token;
        let rate = (self.limits.requests_per_second, self.limits.burst);
        Arc::new(Gate::new(Arc::clone(&self.tokens), open_to_local, rate, Arc::clone(&self.clock)))
    }
}
