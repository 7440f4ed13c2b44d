//! A port with the health service behind the gate, and callers.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rr_actors::SystemClock;
use rr_actors::security::{AccessRole, AuditReport, CertFolder, SurfaceSecurity, TokenFile};
use rr_config::{LimitsSection, ServerSection, Settings};
use tokio::sync::oneshot;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity, Server};
use tonic::{Request, Status};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

/// A method for everybody who may read.
pub const CHECK: &str = "/grpc.health.v1.Health/Check";

/// A guarded port in a folder of its own.
pub struct Port {
    pub folder: tempfile::TempDir,
    pub address: SocketAddr,
    pub security: SurfaceSecurity,
    _shutdown: oneshot::Sender<()>,
}

/// How a caller comes.
#[derive(Default, Clone)]
pub struct Ways {
    pub authority: Option<PathBuf>,
    pub certificate: Option<(PathBuf, PathBuf)>,
    pub token: Option<String>,
}

impl Port {
    /// Opens a port with changed settings, in a folder with an authority and a certificate `a`.
    pub async fn open(change: impl FnOnce(&Path, &mut ServerSection, &mut LimitsSection)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let certs = CertFolder::new(&folder.path().join("certs"));
        certs.make_authority(now()).unwrap();
        certs.make_node("a", &[], AccessRole::Operate, (now(), 30)).unwrap();
        let mut settings = Settings::default();
        change(folder.path(), &mut settings.server, &mut settings.limits);
        let clock = Arc::new(SystemClock::new());
        let security = SurfaceSecurity::open(&settings, folder.path(), clock).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let listener = security.grpc_listener(listener).unwrap();
        let address = listener.address();
        let (_, health) = tonic_health::server::health_reporter();
        let (shutdown, asked) = oneshot::channel::<()>();
        let limits = security.grpc_limits();
        let mut server = limits.apply(Server::builder()).layer(security.grpc_layer());
        let router = server.add_service(health);
        tokio::spawn(async move {
            let until = async move {
                let _ = asked.await;
            };
            router.serve_with_incoming_shutdown(listener.into_stream(), until).await.unwrap();
        });
        Self { folder, address, security, _shutdown: shutdown }
    }

    /// Opens a port that speaks TLS and knows nodes of its authority.
    pub async fn with_tls() -> Self {
        Self::open(|folder, server, _| {
            let certs = folder.join("certs");
            server.tls_cert = Some(certs.join("a.crt"));
            server.tls_key = Some(certs.join("a.key"));
            server.tls_client_ca = Some(certs.join("ca.crt"));
        })
        .await
    }

    pub fn certs(&self) -> CertFolder {
        CertFolder::new(&self.folder.path().join("certs"))
    }

    /// Makes a token.
    pub fn token(&self, name: &str, role: AccessRole, expires_ms: Option<u64>) -> String {
        let path = TokenFile::path(None, self.folder.path());
        let mut file = TokenFile::load(&path).unwrap();
        let secret = file.add(name, role, now() * 1000, expires_ms).unwrap();
        file.save(&path).unwrap();
        secret
    }

    /// Changes the tokens.
    pub fn change_tokens(&self, change: impl FnOnce(&mut TokenFile)) {
        let path = TokenFile::path(None, self.folder.path());
        let mut file = TokenFile::load(&path).unwrap();
        change(&mut file);
        file.save(&path).unwrap();
    }

    pub fn audit(&self) -> AuditReport {
        AuditReport::read(self.folder.path(), 1000).unwrap()
    }

    /// Connects.
    pub async fn connect(&self, ways: &Ways) -> Result<Channel, tonic::transport::Error> {
        let scheme = if ways.authority.is_some() { "https" } else { "http" };
        let mut endpoint = Endpoint::from_shared(format!("{scheme}://{}", self.address))?
            .connect_timeout(Duration::from_secs(20))
            .timeout(Duration::from_secs(20));
        if let Some(authority) = &ways.authority {
            let read = |path: &PathBuf| std::fs::read(path).unwrap();
            let mut tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(read(authority)));
            if let Some((cert, key)) = &ways.certificate {
                tls = tls.identity(Identity::from_pem(read(cert), read(key)));
            }
            endpoint = endpoint.tls_config(tls)?;
        }
        endpoint.connect().await
    }

    /// Connects and calls a method; a connection that fails is told as the call's failure.
    pub async fn call(&self, ways: &Ways, path: &str) -> Result<(), Status> {
        let channel = self.connect(ways).await.map_err(|error| Status::unavailable(chain(&error)))?;
        call(channel, ways, path).await
    }
}

/// Calls a method with an empty request.
pub async fn call(channel: Channel, ways: &Ways, path: &str) -> Result<(), Status> {
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.map_err(|error| Status::unavailable(chain(&error)))?;
    let mut request = Request::new(HealthCheckRequest::default());
    if let Some(token) = &ways.token {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    let codec = tonic_prost::ProstCodec::<HealthCheckRequest, HealthCheckResponse>::default();
    let path = PathAndQuery::try_from(path).unwrap();
    grpc.unary(request, path, codec).await.map(drop)
}

/// Writes an error with everything under it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
