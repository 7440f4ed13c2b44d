//! One token: a secret that is shown once, and the record by which it is known again.

use rr_proto::Sha256Digest;
use serde::{Deserialize, Serialize};
use subtle::{Choice, ConstantTimeEq};
use tokio_rustls::rustls::crypto::ring;

use super::hex;
use super::role::AccessRole;

/// What every token begins with, so that secret scanners and people know one when they see it.
const PREFIX: &str = "rr_";
/// Random bytes of a token and of a salt.
const RANDOM_BYTES: usize = 32;

/// Records a token without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRecord {
    /// Whose it is.
    pub name: String,
    /// What it allows.
    pub role: AccessRole,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_unix_ms: u64,
    /// From when on it counts no more; never where it is not given.
    pub expires_unix_ms: Option<u64>,
    /// When it was revoked.
    pub revoked_unix_ms: Option<u64>,
    /// Random bytes, in hex.
    salt: String,
    /// SHA-256 of salt and token, in hex. A token is as random as a key, so that a slow hash would add nothing.
    hash: String,
}

impl TokenRecord {
    /// Makes a new token; returns its record and the secret.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn issue(
        name: &str,
        role: AccessRole,
        created_unix_ms: u64,
        expires_unix_ms: Option<u64>,
    ) -> Result<(Self, String), String> {
        let (salt, secret) = (random()?, format!("{PREFIX}{}", random()?));
        let hash = digest(&salt, &secret);
        let record = Self {
            name: name.to_owned(),
            role,
            created_unix_ms,
            expires_unix_ms,
            revoked_unix_ms: None,
            salt,
            hash,
        };
        Ok((record, secret))
    }

    /// Says whether a secret is this token's, in a time that does not tell how much of it is right.
    pub(super) fn matches(&self, secret: &str) -> Choice {
        digest(&self.salt, secret).as_bytes().ct_eq(self.hash.as_bytes())
    }

    /// Says in a word how the token stands.
    pub fn standing(&self, now_ms: u64) -> &'static str {
        match (self.revoked_unix_ms, self.expires_unix_ms) {
            (Some(_), _) => "revoked",
            (None, Some(end)) if end <= now_ms => "expired",
            _ => "valid",
        }
    }
}

fn digest(salt: &str, secret: &str) -> String {
    Sha256Digest::of_parts(&[salt.as_bytes(), secret.as_bytes()]).to_string()
}

fn random() -> Result<String, String> {
    let mut bytes = [0_u8; RANDOM_BYTES];
    let source = ring::default_provider().secure_random;
    source.fill(&mut bytes).map_err(|_| "the system gives no random bytes; try again".to_owned())?;
    Ok(hex::encode(&bytes))
}
