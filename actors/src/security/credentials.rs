//! What a caller shows to a node, and whom it believes.

use std::fs;
use std::path::{Path, PathBuf};

use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

/// Why a call can't be prepared.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsFailure {
    /// A file that can't be read.
    #[error("cannot read {path}: {source}; check the path and the permissions")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A certificate without its key, or a key without its certificate.
    #[error("--tls-cert and --tls-key go together: give both or neither")]
    HalfAnIdentity,
    /// A certificate without the authority of the node.
    #[error("--tls-cert needs --tls-ca: without it the node is called in plain text, and shown nothing")]
    NoAuthority,
    /// A token that is none.
    #[error(
        "the token holds what a token can't: spaces, or signs that are no ASCII; give what `rr-admin tokens add` printed"
    )]
    Token,
    /// A token that would travel in plain text.
    #[error(
        "the token is not shown to {0} in plain text: give --tls-ca FILE with the authority of the node's certificate"
    )]
    PlainText(String),
    /// Something that the transport does not take.
    #[error("{0}")]
    Transport(#[from] tonic::transport::Error),
}

/// Names the files and the token that a caller was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialFiles {
    /// The authority of the node's certificate; without it the node is called in plain text.
    pub authority: Option<PathBuf>,
    /// The caller's own certificate.
    pub certificate: Option<PathBuf>,
    /// Its key.
    pub key: Option<PathBuf>,
    /// The token.
    pub token: Option<String>,
}

/// Holds what a caller shows to a node; cheap enough to clone.
#[derive(Clone, Default)]
pub struct Credentials {
    tls: Option<ClientTlsConfig>,
    token: Option<MetadataValue<Ascii>>,
}

impl Credentials {
    /// Reads the files.
    ///
    /// # Errors
    /// [`CredentialsFailure`], naming the file or the flag.
    pub fn load(files: &CredentialFiles) -> Result<Self, CredentialsFailure> {
        let token = files.token.as_deref().map(|token| {
            let mut value: MetadataValue<Ascii> =
                format!("Bearer {}", token.trim()).parse().map_err(|_| CredentialsFailure::Token)?;
            value.set_sensitive(true); // so that nothing prints it
            Ok::<_, CredentialsFailure>(value)
        });
        Ok(Self { tls: tls(files)?, token: token.transpose()? })
    }

    /// Prepares a connection to `host:port`.
    ///
    /// # Errors
    /// An address that is none, certificates that are none, a token that would travel in plain text to another machine.
    pub fn endpoint(&self, address: &str) -> Result<Endpoint, CredentialsFailure> {
        match &self.tls {
            Some(tls) => Ok(Endpoint::from_shared(format!("https://{address}"))?.tls_config(tls.clone())?),
            None if self.token.is_some() && !is_local(address) => {
                Err(CredentialsFailure::PlainText(address.to_owned()))
            }
            None => Ok(Endpoint::from_shared(format!("http://{address}"))?),
        }
    }

    /// Shows the token with a request.
    pub fn sign<T>(&self, request: &mut Request<T>) {
        if let Some(token) = &self.token {
            request.metadata_mut().insert("authorization", token.clone());
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (tls, token) = (self.tls.is_some(), self.token.is_some());
        f.debug_struct("Credentials").field("tls", &tls).field("token", &token).finish()
    }
}

fn tls(files: &CredentialFiles) -> Result<Option<ClientTlsConfig>, CredentialsFailure> {
    let identity = match (&files.certificate, &files.key) {
        (Some(certificate), Some(key)) => Some(Identity::from_pem(read(certificate)?, read(key)?)),
        (None, None) => None,
        _ => return Err(CredentialsFailure::HalfAnIdentity),
    };
    let Some(authority) = &files.authority else {
        return if identity.is_some() { Err(CredentialsFailure::NoAuthority) } else { Ok(None) };
    };
    let config = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(read(authority)?));
    Ok(Some(match identity {
        Some(identity) => config.identity(identity),
        None => config,
    }))
}

fn read(path: &Path) -> Result<Vec<u8>, CredentialsFailure> {
    fs::read(path).map_err(|source| CredentialsFailure::File { path: path.to_path_buf(), source })
}

fn is_local(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_travels_in_plain_text_on_this_machine_only() {
        let files = CredentialFiles { token: Some("rr_1\n".into()), ..CredentialFiles::default() };
        let credentials = Credentials::load(&files).unwrap();
        for local in ["127.0.0.1:8780", "localhost:8780", "[::1]:8780"] {
            assert!(credentials.endpoint(local).is_ok(), "{local}");
        }
        for remote in ["10.0.0.1:8780", "node-1:8780", "localhost.example.org:1", "[fe80::1]:8780"] {
            let refused = credentials.endpoint(remote);
            assert!(matches!(refused, Err(CredentialsFailure::PlainText(_))), "{remote}");
        }
        let mut request = Request::new(());
        credentials.sign(&mut request);
        assert_eq!(request.metadata().get("authorization").unwrap(), "Bearer rr_1");
        assert!(!format!("{credentials:?} {request:?}").contains("rr_1"));
    }

    #[test]
    fn halves_are_refused() {
        let refusal = |files: CredentialFiles| Credentials::load(&files).unwrap_err().to_string();
        let some = || Some(PathBuf::from("/nonexistent/a.pem"));
        let none = CredentialFiles::default;
        assert!(refusal(CredentialFiles { certificate: some(), ..none() }).contains("both or neither"));
        assert!(refusal(CredentialFiles { authority: some(), ..none() }).contains("/nonexistent/a.pem"));
        assert!(refusal(CredentialFiles { token: Some("a b\nc".into()), ..none() }).contains("tokens add"));
    }
}
