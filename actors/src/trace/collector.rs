//! How a collector is reached: address, certificates, headers.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rr_config::TraceSection;
use tonic::metadata::{AsciiMetadataKey, AsciiMetadataValue};
use tonic::service::Interceptor;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};

use super::failure::TraceFailure;

/// Where systems keep the authorities that they trust.
const SYSTEM_AUTHORITIES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// Shows the configured headers with every call.
#[derive(Debug, Clone, Default)]
pub(super) struct CollectorHeaders(Vec<(AsciiMetadataKey, AsciiMetadataValue)>);

impl CollectorHeaders {
    /// Reads the file, where there is one; blocks on the disk.
    pub fn read(section: &TraceSection) -> Result<Self, TraceFailure> {
        let Some(path) = &section.headers_file else { return Ok(Self::default()) };
        let text = fs::read_to_string(path).map_err(|source| file(path, "trace.headers_file", source))?;
        let lines = (1..).zip(text.lines().map(str::trim));
        let given = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        given
            .map(|(line, text)| header(text).ok_or_else(|| TraceFailure::Header { path: path.clone(), line }))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn header(line: &str) -> Option<(AsciiMetadataKey, AsciiMetadataValue)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim().to_ascii_lowercase().parse().ok()?;
    let mut value: AsciiMetadataValue = value.trim().parse().ok()?;
    value.set_sensitive(true);
    Some((name, value))
}

impl Interceptor for CollectorHeaders {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        for (name, value) in &self.0 {
            request.metadata_mut().insert(name.clone(), value.clone()); // ours wins over a variable's
        }
        Ok(request)
    }
}

/// Describes how the collector at `address` is reached; blocks on the disk.
pub(super) fn endpoint(address: &str, section: &TraceSection) -> Result<Endpoint, TraceFailure> {
    let bad = |error: &dyn std::error::Error| {
        let cause = error.source().map_or_else(String::new, |source| format!(": {source}"));
        TraceFailure::Endpoint { endpoint: address.to_owned(), reason: format!("{error}{cause}") }
    };
    let limit = Duration::from_secs(section.timeout_seconds);
    let endpoint = Endpoint::from_shared(address.to_owned()).map_err(|error| bad(&error))?;
    let endpoint = endpoint.timeout(limit).connect_timeout(limit);
    if !address.starts_with("https://") {
        return Ok(endpoint);
    }
    let system = || SYSTEM_AUTHORITIES.iter().map(PathBuf::from).find(|path| path.is_file());
    let path = section.tls_ca.clone().or_else(system).ok_or_else(|| TraceFailure::Endpoint {
        endpoint: address.to_owned(),
        reason: "this system keeps no authorities where they are looked for; give trace.tls_ca".to_owned(),
    })?;
    let authorities = fs::read(&path).map_err(|source| file(&path, "trace.tls_ca", source))?;
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authorities));
    endpoint.tls_config(tls).map_err(|error| bad(&error))
}

fn file(path: &Path, key: &'static str, source: std::io::Error) -> TraceFailure {
    TraceFailure::File { key, path: path.to_path_buf(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> (tempfile::TempDir, TraceSection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("headers");
        fs::write(&path, text).unwrap();
        (folder, TraceSection { headers_file: Some(path), ..TraceSection::default() })
    }

    #[test]
    fn headers_are_read_from_a_file_and_take_the_place_of_others() {
        let (_folder, section) =
            section("# for the collector\nAuthorization: Bearer a:b\n\nx-tenant:seven\n");
        let mut headers = CollectorHeaders::read(&section).unwrap();
        let mut request = Request::new(());
        request.metadata_mut().insert("x-tenant", "another".parse().unwrap());
        let shown = headers.call(request).unwrap();
        let value = |name: &str| shown.metadata().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(
            (value("authorization"), value("x-tenant")),
            ("Bearer a:b".to_owned(), "seven".to_owned())
        );
        assert!(!format!("{headers:?}").contains("Bearer"), "{headers:?}");
    }

    #[test]
    fn a_bad_line_is_named_without_what_it_says() {
        let (_folder, section) = section("a: 1\nsecret\n");
        let failure = CollectorHeaders::read(&section).unwrap_err().to_string();
        assert!(failure.contains("line 2") && !failure.contains("secret"), "{failure}");
    }

    #[test]
    fn an_endpoint_that_is_none_is_named() {
        for (address, word) in [("http://", "trace.endpoint"), ("https://collector:4317", "trace.tls_ca")] {
            let section = TraceSection { tls_ca: Some("/nowhere/ca.crt".into()), ..TraceSection::default() };
            let failure = endpoint(address, &section).unwrap_err().to_string();
            assert!(failure.contains(word), "{failure}");
        }
        assert!(endpoint("http://127.0.0.1:4317", &TraceSection::default()).is_ok());
    }
}
