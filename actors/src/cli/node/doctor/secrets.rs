//! Certificates and tokens.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rr_config::ServerSection;

use super::finding::Finding;
use crate::cli::calendar::span_text;
use crate::security::{CertFacts, ServerTls, TokenFile, Validity};

/// A certificate that ends sooner is worth a look.
const SOON: i64 = 30 * 86_400;

/// Checks that certificates can be used and for how long, and that the tokens can be read.
pub(super) fn check(server: &ServerSection, data_dir: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    match (&server.tls_cert, &server.tls_key) {
        (Some(cert), Some(key)) => {
            findings.push(certificate("certificate", cert, now));
            findings.extend(server.tls_client_ca.as_deref().map(|path| certificate("authority", path, now)));
            let files = (cert.clone(), key.clone(), server.tls_client_ca.clone());
            if let Err(error) = ServerTls::load(files, now) {
                findings.push(Finding::fail(
                    "TLS",
                    error.to_string(),
                    "mend the files that server.tls_* name",
                ));
            }
            findings.push(private("private key", key));
        }
        _ => findings.push(Finding::ok("TLS", "none: the ports speak plain text, on loopback only")),
    }
    findings.push(tokens(&TokenFile::path(server.tokens_file.as_deref(), data_dir), now));
    findings
}

fn certificate(check: &'static str, path: &Path, now: u64) -> Finding {
    let facts = match CertFacts::of_file(path) {
        Ok(facts) => facts,
        Err(error) => return Finding::fail(check, error.to_string(), "give a PEM file"),
    };
    let name = facts.name.clone().unwrap_or_default();
    let advice = "make a new one with `rr-admin certs node NAME`, then send the node SIGHUP";
    match facts.validity(i64::try_from(now).unwrap_or(i64::MAX)) {
        Validity::Valid(left) if left < SOON => {
            Finding::warn(check, format!("`{name}` ends in {}", span_text(left)), advice)
        }
        Validity::Valid(left) => Finding::ok(check, format!("`{name}` counts for {} more", span_text(left))),
        Validity::Early(wait) => {
            Finding::fail(check, format!("`{name}` counts only in {}", span_text(wait)), "check the clock")
        }
        Validity::Expired(since) => {
            Finding::fail(check, format!("`{name}` expired {} ago", span_text(since)), advice)
        }
    }
}

fn tokens(path: &Path, now: u64) -> Finding {
    match TokenFile::load(path) {
        Ok(file) if file.tokens().is_empty() => {
            Finding::ok("tokens", "none: users of this machine may do everything on loopback")
        }
        Ok(file) => {
            let valid = file.tokens().iter().filter(|token| token.standing(now * 1000) == "valid").count();
            let found = format!("{valid} of {} count, in {}", file.tokens().len(), path.display());
            if valid == 0 {
                return Finding::warn(
                    "tokens",
                    found,
                    "make one with `rr-admin tokens add NAME --role operate`",
                );
            }
            Finding { found, ..private("tokens", path) }
        }
        Err(error) => {
            Finding::fail("tokens", error.to_string(), "restore the file, or remove it and make new tokens")
        }
    }
}

fn private(check: &'static str, path: &Path) -> Finding {
    match std::fs::metadata(path).map(|found| found.permissions().mode() & 0o777) {
        Ok(mode) if mode & 0o077 != 0 => Finding::warn(
            check,
            format!("{} can be read by others (mode {mode:o})", path.display()),
            format!("chmod 600 {}", path.display()),
        ),
        Ok(_) => Finding::ok(check, format!("{} is its owner's alone", path.display())),
        Err(error) => Finding::fail(check, format!("{}: {error}", path.display()), "check the path"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Health;
    use super::*;
    use crate::security::{AccessRole, CertFolder};

    #[test]
    fn certificates_are_judged_by_their_end() {
        let folder = tempfile::tempdir().unwrap();
        let certs = CertFolder::new(folder.path());
        let now = 1_750_000_000;
        certs.make_authority(now).unwrap();
        let paths = certs.make_node("a", &[], AccessRole::Read, (now, 90)).unwrap();
        let judged = |day: u64| certificate("certificate", &paths.cert, now + day * 86_400).health;
        assert_eq!([judged(0), judged(70), judged(91)], [Health::Ok, Health::Warn, Health::Fail]);
        assert_eq!(certificate("certificate", &paths.key, now).health, Health::Fail);
        assert_eq!(private("private key", &paths.key).health, Health::Ok);
        assert_eq!(private("private key", &paths.cert).health, Health::Warn);
    }

    #[test]
    fn tokens_that_nobody_can_read_are_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let path = TokenFile::path(None, folder.path());
        assert_eq!(tokens(&path, 1).health, Health::Ok);
        std::fs::write(&path, "{").unwrap();
        assert_eq!(tokens(&path, 1).health, Health::Fail);
    }
}
