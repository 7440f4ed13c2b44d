//! A folder with an authority of our own and the certificates that it signed.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

use super::facts::{CertFacts, ROLE_PREFIX};
use super::failure::CertFailure;
use crate::security::role::AccessRole;

/// Name of the authority's certificate and key.
const AUTHORITY: &str = "ca";
/// Days that an authority counts.
const AUTHORITY_DAYS: u64 = 3650;
/// Days that a node's certificate counts, at most.
const MOST_DAYS: u64 = 3650;
/// Seconds of a day.
const DAY: u64 = 86_400;
/// A certificate counts from so many seconds before it was made: other machines' clocks may be behind.
const CLOCKS_MAY_DIFFER: u64 = 300;
/// What every certificate stands for besides its own name and addresses, so that a node can be called on its own machine.
const ON_THE_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Says where a certificate and its key lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertPaths {
    /// The certificate.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Makes certificates in a folder.
#[derive(Debug, Clone)]
pub struct CertFolder {
    folder: PathBuf,
}

impl CertFolder {
    /// Works in a folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    /// Returns where the authority's certificate and key lie.
    pub fn authority(&self) -> CertPaths {
        self.paths(AUTHORITY)
    }

    /// Returns where a node's certificate and key lie.
    pub fn paths(&self, name: &str) -> CertPaths {
        CertPaths {
            cert: self.folder.join(format!("{name}.crt")),
            key: self.folder.join(format!("{name}.key")),
        }
    }

    /// Makes an authority. Whoever has its key can be any node: keep it off the nodes.
    ///
    /// # Errors
    /// When there is one already, or the disk does not take it.
    pub fn make_authority(&self, now: u64) -> Result<CertPaths, CertFailure> {
        let paths = self.authority();
        refuse_existing(&paths)?;
        let key = KeyPair::generate().map_err(|error| CertFailure::Made(error.to_string()))?;
        let mut params = authority_params("RingRift authority");
        params.not_before = date_time_ymd(1970, 1, 1) + seconds(now.saturating_sub(CLOCKS_MAY_DIFFER));
        params.not_after = date_time_ymd(1970, 1, 1) + seconds(now + AUTHORITY_DAYS * DAY);
        let cert = params.self_signed(&key).map_err(|error| CertFailure::Made(error.to_string()))?;
        self.write(&paths, &cert.pem(), &key.serialize_pem())?;
        Ok(paths)
    }

    /// Makes a certificate for a node, as a server and as a caller, signed by the folder's authority; an older one of that name is
    /// replaced.
    ///
    /// # Errors
    /// When there is no authority, a name can't be one, or the disk does not take it.
    pub fn make_node(
        &self,
        name: &str,
        addresses: &[String],
        role: AccessRole,
        (now, days): (u64, u64),
    ) -> Result<CertPaths, CertFailure> {
        if name == AUTHORITY || name.is_empty() || !name.bytes().all(is_name_byte) {
            return Err(CertFailure::Name(name.to_owned()));
        }
        let issuer = self.issuer()?;
        let mut names: Vec<String> = ON_THE_MACHINE.iter().map(ToString::to_string).collect();
        names.extend(addresses.iter().cloned());
        names.push(name.to_owned());
        names.sort();
        names.dedup();
        for name in &names {
            if name.parse::<std::net::IpAddr>().is_err() && !name.bytes().all(is_name_byte) {
                return Err(CertFailure::Name(name.clone()));
            }
        }
        let failed = |error: rcgen::Error| CertFailure::Made(error.to_string());
        let mut params = CertificateParams::new(names).map_err(failed)?;
        let mut subject = DistinguishedName::new();
        subject.push(DnType::CommonName, name);
        subject.push(DnType::OrganizationalUnitName, format!("{ROLE_PREFIX}{role}"));
        params.distinguished_name = subject;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        params.not_before = date_time_ymd(1970, 1, 1) + seconds(now.saturating_sub(CLOCKS_MAY_DIFFER));
        params.not_after = date_time_ymd(1970, 1, 1) + seconds(now.saturating_add(days.min(MOST_DAYS) * DAY));
        let key = KeyPair::generate().map_err(failed)?;
        let cert = params.signed_by(&key, &issuer).map_err(failed)?;
        let paths = self.paths(name);
        self.write(&paths, &cert.pem(), &key.serialize_pem())?;
        Ok(paths)
    }

    fn issuer(&self) -> Result<Issuer<'static, KeyPair>, CertFailure> {
        let paths = self.authority();
        let text = fs::read_to_string(&paths.key).map_err(|source| CertFailure::File {
            action: "read",
            path: paths.key.clone(),
            source,
        })?;
        let key = KeyPair::from_pem(&text).map_err(|error| CertFailure::Malformed {
            path: paths.key.display().to_string(),
            what: "private key",
            reason: error.to_string(),
        })?;
        let name = CertFacts::of_file(&paths.cert)?.name.unwrap_or_default();
        Ok(Issuer::new(authority_params(&name), key))
    }

    fn write(&self, paths: &CertPaths, cert: &str, key: &str) -> Result<(), CertFailure> {
        fs::create_dir_all(&self.folder).map_err(|source| CertFailure::File {
            action: "create",
            path: self.folder.clone(),
            source,
        })?;
        write_file(&paths.key, key, 0o600)?;
        write_file(&paths.cert, cert, 0o644)
    }
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

fn refuse_existing(paths: &CertPaths) -> Result<(), CertFailure> {
    match [&paths.cert, &paths.key].into_iter().find(|path| path.exists()) {
        Some(path) => Err(CertFailure::Exists(path.clone())),
        None => Ok(()),
    }
}

fn write_file(path: &Path, text: &str, mode: u32) -> Result<(), CertFailure> {
    let part = path.with_extension("part");
    let write = || {
        let _ = fs::remove_file(&part); // its permissions may be others
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    write().map_err(|source| CertFailure::File { action: "write", path: path.to_path_buf(), source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::Validity;
    use super::*;

    const NOW: u64 = 1_700_000_000;

    #[test]
    fn certificates_say_what_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let certs = CertFolder::new(&folder.path().join("certs"));
        let authority = certs.make_authority(NOW).unwrap();
        let facts = CertFacts::of_file(&authority.cert).unwrap();
        assert!(facts.is_authority && facts.role == AccessRole::Read, "{facts:?}");
        let addresses = ["10.0.0.7".to_owned(), "gpu-7.example.org".to_owned()];
        let paths = certs.make_node("gpu-7", &addresses, AccessRole::Operate, (NOW, 90)).unwrap();
        let facts = CertFacts::of_file(&paths.cert).unwrap();
        assert_eq!((facts.name.as_deref(), facts.role), (Some("gpu-7"), AccessRole::Operate));
        for address in ["gpu-7", "gpu-7.example.org", "10.0.0.7", "localhost", "127.0.0.1", "::1"] {
            assert!(facts.addresses.iter().any(|a| a == address), "{address}: {:?}", facts.addresses);
        }
        let now = NOW as i64;
        assert_eq!(facts.validity(now), Validity::Valid(90 * DAY as i64));
        assert_eq!(facts.validity(now - 301), Validity::Early(1));
        assert_eq!(facts.validity(now + 91 * DAY as i64), Validity::Expired(DAY as i64));
        assert!(!facts.is_authority && facts.issuer.contains("RingRift authority"), "{facts:?}");
        for key in [&authority.key, &paths.key] {
            assert_eq!(fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn an_authority_is_never_overwritten_and_needed() {
        let folder = tempfile::tempdir().unwrap();
        let certs = CertFolder::new(folder.path());
        let none = certs.make_node("a", &[], AccessRole::Read, (NOW, 1)).unwrap_err();
        assert!(none.to_string().contains("ca.key"), "{none}");
        certs.make_authority(NOW).unwrap();
        let twice = certs.make_authority(NOW).unwrap_err();
        assert!(matches!(twice, CertFailure::Exists(_)), "{twice}");
        for name in ["ca", "", "../a", "a b"] {
            let bad = certs.make_node(name, &[], AccessRole::Read, (NOW, 1)).unwrap_err();
            assert!(matches!(bad, CertFailure::Name(_)), "{name}: {bad}");
        }
        let bad = certs.make_node("a", &["no host!".to_owned()], AccessRole::Read, (NOW, 1)).unwrap_err();
        assert!(matches!(bad, CertFailure::Name(_)), "{bad}");
    }
}
