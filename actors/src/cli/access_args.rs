//! The flags by which a caller is known to a node.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Exit, Failure};
use crate::security::{CredentialFiles, Credentials, CredentialsFailure};

/// Variables that hold a token, the first one that is set counts; then those that name a file with one.
const TOKENS: [&str; 2] = ["RINGRIFT_ADMIN_TOKEN", "RINGRIFT_CLUSTER_AUTH_TOKEN"];
const TOKEN_FILE: &str = "RINGRIFT_CLUSTER_AUTH_TOKEN_FILE";

/// What a caller shows to a node.
#[derive(Debug, Clone, Default, Args)]
pub struct AccessArgs {
    /// File with the token to show (default: RINGRIFT_ADMIN_TOKEN holds one)
    #[arg(long, global = true, value_name = "PATH")]
    pub token_file: Option<PathBuf>,
    /// PEM file with the authority of the node's certificate; with it the connection is TLS
    #[arg(long, global = true, value_name = "PATH")]
    pub tls_ca: Option<PathBuf>,
    /// PEM file with a certificate of one's own
    #[arg(long, global = true, value_name = "PATH")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file with its key
    #[arg(long, global = true, value_name = "PATH")]
    pub tls_key: Option<PathBuf>,
}

impl AccessArgs {
    /// Reads what is to be shown; `known_authority` is believed where no flag names one.
    ///
    /// # Errors
    /// A file that can't be read, a token that is none, a certificate without its key.
    pub fn credentials(&self, known_authority: Option<&Path>) -> Result<Credentials, Failure> {
        let authority = self.tls_ca.clone().or_else(|| known_authority.map(Path::to_path_buf));
        let files = CredentialFiles {
            authority,
            certificate: self.tls_cert.clone(),
            key: self.tls_key.clone(),
            token: self.token()?,
        };
        Credentials::load(&files).map_err(|error| {
            let exit = match &error {
                CredentialsFailure::File { .. } => Exit::NotFound,
                _ => Exit::Usage,
            };
            Failure::new(exit, error)
        })
    }

    fn token(&self) -> Result<Option<String>, Failure> {
        if let Some(path) = &self.token_file {
            return read(path).map(Some);
        }
        let given = |name: &&str| env::var(name).ok().filter(|value| !value.trim().is_empty());
        if let Some(token) = TOKENS.iter().find_map(given) {
            return Ok(Some(token));
        }
        given(&TOKEN_FILE).map(|path| read(Path::new(&path))).transpose()
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(path).map_err(|source| {
        let exit = match source.kind() {
            std::io::ErrorKind::PermissionDenied => Exit::NotPermitted,
            _ => Exit::NotFound,
        };
        Failure::new(exit, format!("cannot read the token in {}: {source}; check the path", path.display()))
    })?;
    let token = text.trim();
    if token.is_empty() {
        let message = format!(
            "{} is empty; `rr-admin tokens add NAME > {}` writes a token",
            path.display(),
            path.display()
        );
        return Err(Failure::new(Exit::Usage, message));
    }
    Ok(token.to_owned())
}
