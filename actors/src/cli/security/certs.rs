//! `rr-admin certs`: an authority of one's own, and certificates for nodes.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand};
use serde_json::json;

use crate::cli::calendar::{parse_span, span_text, utc_text};
use crate::cli::output::outln;
use crate::cli::{Exit, Failure, OutputFormat, SharedArgs};
use crate::security::{AccessRole, CertFacts, CertFailure, CertFolder, CertPaths, Validity};

/// Commands about certificates.
#[derive(Debug, Subcommand)]
pub enum CertsCommand {
    /// Make an authority, and a certificate for a first node
    Init(InitCertsArgs),
    /// Make or renew the certificate of a node, signed by the authority of the folder
    Node(NodeCertArgs),
    /// Say what a certificate holds and how long it counts
    Show(ShowCertArgs),
}

/// Options of `rr-admin certs init`.
#[derive(Debug, Args)]
pub struct InitCertsArgs {
    /// Folder for the files; the authority's key in it can make anybody a node: keep it off the nodes
    folder: PathBuf,
    #[command(flatten)]
    node: NodeNameArgs,
}

/// Options of `rr-admin certs node`.
#[derive(Debug, Args)]
pub struct NodeCertArgs {
    /// The node's name, as node.id has it
    name: String,
    /// Folder that `certs init` made
    #[arg(long, value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    terms: CertTermsArgs,
}

/// Names a first node.
#[derive(Debug, Args)]
struct NodeNameArgs {
    /// Name of a first node, as node.id has it
    #[arg(long = "node", value_name = "NAME", default_value = "node")]
    name: String,
    #[command(flatten)]
    terms: CertTermsArgs,
}

/// What a certificate is to say.
#[derive(Debug, Args)]
struct CertTermsArgs {
    /// Host name or IP address by which others reach the node; may be given many times
    #[arg(long = "address", value_name = "HOST")]
    addresses: Vec<String>,
    /// What its bearer may do on other nodes
    #[arg(long, value_enum, default_value = "operate")]
    role: AccessRole,
    /// How long it counts
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "365d")]
    expires: Duration,
}

/// Options of `rr-admin certs show`.
#[derive(Debug, Args)]
pub struct ShowCertArgs {
    /// PEM file
    file: PathBuf,
}

impl CertsCommand {
    /// Does it.
    ///
    /// # Errors
    /// A file that can't be read or written, an authority that exists, a name that can't be one.
    pub fn run(&self, shared: &SharedArgs) -> Result<Exit, Failure> {
        match self {
            Self::Init(args) => {
                let folder = CertFolder::new(&args.folder);
                let authority = folder.make_authority(now()).map_err(failure)?;
                made("authority", &authority);
                issue(&folder, &args.node.name, &args.node.terms)?;
                hint(&authority, &folder.paths(&args.node.name));
                Ok(Exit::Done)
            }
            Self::Node(args) => {
                issue(&CertFolder::new(&args.folder), &args.name, &args.terms)?;
                Ok(Exit::Done)
            }
            Self::Show(args) => show(&args.file, shared.output),
        }
    }
}

fn issue(folder: &CertFolder, name: &str, terms: &CertTermsArgs) -> Result<(), Failure> {
    let days = (terms.expires.as_secs() / 86_400).max(1);
    let paths = folder.make_node(name, &terms.addresses, terms.role, (now(), days)).map_err(failure)?;
    made("node", &paths);
    Ok(())
}

fn made(what: &str, paths: &CertPaths) {
    outln!("{what}: certificate {}, private key {}", paths.cert.display(), paths.key.display());
}

fn hint(authority: &CertPaths, node: &CertPaths) {
    eprintln!(
        "rr-admin: configure the node with\n  [server]\n  tls_cert = \"{}\"\n  tls_key = \"{}\"\n  tls_client_ca = \"{}\"\nand call it with \
         --tls-ca {}",
        node.cert.display(),
        node.key.display(),
        authority.cert.display(),
        authority.cert.display()
    );
}

fn show(path: &Path, format: OutputFormat) -> Result<Exit, Failure> {
    let facts = CertFacts::of_file(path).map_err(failure)?;
    let (standing, exit) = match facts.validity(i64::try_from(now()).unwrap_or(i64::MAX)) {
        Validity::Valid(left) => (format!("valid for {} more", span_text(left)), Exit::Done),
        Validity::Early(wait) => (format!("valid only in {}", span_text(wait)), Exit::Negative),
        Validity::Expired(since) => (format!("expired {} ago", span_text(since)), Exit::Negative),
    };
    let name = facts.name.clone().unwrap_or_default();
    if format != OutputFormat::Table {
        let value = json!({
            "name": name, "role": facts.role, "issuer": facts.issuer, "addresses": facts.addresses,
            "authority": facts.is_authority, "not_before_unix": facts.not_before, "not_after_unix": facts.not_after,
            "standing": standing, "sha256": facts.fingerprint,
        });
        outln!("{value:#}");
        return Ok(exit);
    }
    outln!("name       {name}{}", if facts.is_authority { " (an authority)" } else { "" });
    outln!("role       {}", facts.role);
    outln!("addresses  {}", facts.addresses.join(", "));
    outln!("signed by  {}", facts.issuer);
    outln!("counts     {} to {}: {standing}", utc_text(facts.not_before), utc_text(facts.not_after));
    outln!("sha256     {}", facts.fingerprint);
    Ok(exit)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn failure(error: CertFailure) -> Failure {
    let exit = match &error {
        CertFailure::File { source, .. } => match source.kind() {
            std::io::ErrorKind::NotFound => Exit::NotFound,
            std::io::ErrorKind::PermissionDenied => Exit::NotPermitted,
            _ => Exit::Io,
        },
        CertFailure::Exists(_) => Exit::CannotCreate,
        CertFailure::Malformed { .. } | CertFailure::OutOfTime { .. } | CertFailure::Unusable { .. } => {
            Exit::Data
        }
        CertFailure::Name(_) => Exit::Usage,
        CertFailure::Made(_) => Exit::Software,
    };
    Failure::new(exit, error)
}
