//! TLS of the node's own ports.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig};

use super::certs::{CertFacts, CertFailure, Validity};

/// Where certificate, key and the authority of callers lie.
pub type TlsFiles = (PathBuf, PathBuf, Option<PathBuf>);

/// Holds what a port needs to speak TLS; cheap to clone, all clones are one.
#[derive(Debug, Clone)]
pub struct ServerTls {
    files: Arc<TlsFiles>,
    config: Arc<RwLock<Arc<ServerConfig>>>,
}

impl ServerTls {
    /// Reads certificate, key and the authority of callers' certificates, in this order. Callers may come without a certificate; one
    /// that they show must be signed by that authority and count at the time.
    ///
    /// # Errors
    /// [`CertFailure`], naming the file that is missing, no PEM, expired, or does not fit.
    pub fn load(files: TlsFiles, now_seconds: u64) -> Result<Self, CertFailure> {
        let config = RwLock::new(read_config(&files, now_seconds)?);
        Ok(Self { files: Arc::new(files), config: Arc::new(config) })
    }

    /// Reads the files again, for the connections to come.
    ///
    /// # Errors
    /// As [`ServerTls::load`]; what was read before stays in use then.
    pub fn reload(&self, now_seconds: u64) -> Result<(), CertFailure> {
        let config = read_config(&self.files, now_seconds)?;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    /// Returns what handshakes are made with.
    pub fn acceptor(&self) -> tokio_rustls::TlsAcceptor {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

fn read_config((cert, key, client_ca): &TlsFiles, now: u64) -> Result<Arc<ServerConfig>, CertFailure> {
    let chain = certificates(cert)?;
    match CertFacts::of_file(cert)?.validity(i64::try_from(now).unwrap_or(i64::MAX)) {
        Validity::Valid(_) => {}
        Validity::Early(seconds) => return Err(out_of_time(cert, format!("counts only in {seconds} s"))),
        Validity::Expired(seconds) => return Err(out_of_time(cert, format!("expired {seconds} s ago"))),
    }
    let private = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|error| CertFailure::Malformed {
        path: key.display().to_string(),
        what: "private key",
        reason: error.to_string(),
    })?;
    let unusable = |error: rustls::Error| CertFailure::Unusable {
        cert: cert.clone(),
        key: key.clone(),
        reason: error.to_string(),
    };
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    let builder = match client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => builder.with_client_cert_verifier(verifier(path, provider)?),
    };
    let mut config = builder.with_single_cert(chain, private).map_err(unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn verifier(path: &Path, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, CertFailure> {
    let malformed = |reason: String| CertFailure::Malformed {
        path: path.display().to_string(),
        what: "authority",
        reason,
    };
    let mut roots = RootCertStore::empty();
    for cert in certificates(path)? {
        roots.add(cert).map_err(|error| malformed(error.to_string()))?;
    }
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .allow_unauthenticated()
        .build()
        .map_err(|error| malformed(error.to_string()))
}

fn read(path: &Path) -> Result<Vec<u8>, CertFailure> {
    fs::read(path).map_err(|source| CertFailure::File { action: "read", path: path.to_path_buf(), source })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, CertFailure> {
    let bytes = read(path)?;
    let malformed = |reason: String| CertFailure::Malformed {
        path: path.display().to_string(),
        what: "certificate",
        reason,
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let chain = chain.map_err(|error| malformed(error.to_string()))?;
    if chain.is_empty() { Err(malformed("it is empty".to_owned())) } else { Ok(chain) }
}

fn out_of_time(path: &Path, reason: String) -> CertFailure {
    CertFailure::OutOfTime { path: path.to_path_buf(), reason }
}
