//! What a certificate says.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use rr_proto::Sha256Digest;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

use super::failure::CertFailure;
use crate::security::role::AccessRole;

/// What stands before a role in the organisational unit of a certificate of ours.
pub(super) const ROLE_PREFIX: &str = "rr-role:";

/// Says how a certificate's time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// It begins later; seconds until then.
    Early(i64),
    /// It counts; seconds until its end.
    Valid(i64),
    /// It ended; seconds since.
    Expired(i64),
}

/// Holds what is read off a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertFacts {
    /// The common name of its subject: a node's name.
    pub name: Option<String>,
    /// What its bearer may do; read where it says nothing else.
    pub role: AccessRole,
    /// Who signed it.
    pub issuer: String,
    /// Names and addresses that it stands for.
    pub addresses: Vec<String>,
    /// Whether it may sign others.
    pub is_authority: bool,
    /// From when on it counts, in seconds since the Unix epoch.
    pub not_before: i64,
    /// Until when.
    pub not_after: i64,
    /// SHA-256 of the certificate.
    pub fingerprint: String,
}

impl CertFacts {
    /// Reads the first certificate of a PEM file.
    ///
    /// # Errors
    /// When the file can't be read or holds none.
    pub fn of_file(path: &Path) -> Result<Self, CertFailure> {
        let bytes = fs::read(path).map_err(|source| CertFailure::File {
            action: "read",
            path: path.to_path_buf(),
            source,
        })?;
        let malformed = |reason: String| CertFailure::Malformed {
            path: path.display().to_string(),
            what: "certificate",
            reason,
        };
        let der = CertificateDer::from_pem_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
        Self::of_der(der.as_ref()).map_err(|error| malformed(error.to_string()))
    }

    /// Reads a certificate's own bytes.
    ///
    /// # Errors
    /// When they are none.
    pub fn of_der(der: &[u8]) -> Result<Self, CertFailure> {
        let malformed = |reason: String| CertFailure::Malformed {
            path: "the certificate".to_owned(),
            what: "certificate",
            reason,
        };
        let (_, cert) = X509Certificate::from_der(der).map_err(|error| malformed(error.to_string()))?;
        let subject = cert.subject();
        let name = subject.iter_common_name().next().and_then(|name| name.as_str().ok());
        let role = subject
            .iter_organizational_unit()
            .filter_map(|unit| unit.as_str().ok()?.strip_prefix(ROLE_PREFIX).and_then(AccessRole::of_name))
            .next();
        let names = cert.subject_alternative_name().ok().flatten();
        let addresses = names
            .map_or_else(Vec::new, |names| names.value.general_names.iter().filter_map(address).collect());
        Ok(Self {
            name: name.map(str::to_owned),
            role: role.unwrap_or(AccessRole::Read),
            issuer: cert.issuer().to_string(),
            addresses,
            is_authority: cert.is_ca(),
            not_before: cert.validity().not_before.timestamp(),
            not_after: cert.validity().not_after.timestamp(),
            fingerprint: Sha256Digest::of(der).to_string(),
        })
    }

    /// Says how the certificate's time stands at a moment, in seconds since the Unix epoch.
    pub const fn validity(&self, now: i64) -> Validity {
        if now < self.not_before {
            Validity::Early(self.not_before - now)
        } else if now >= self.not_after {
            Validity::Expired(now - self.not_after)
        } else {
            Validity::Valid(self.not_after - now)
        }
    }
}

fn address(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let address = four.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from));
            address.ok().map(|address| address.to_string())
        }
        _ => None,
    }
}
