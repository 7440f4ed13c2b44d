//! `rr-admin tokens`: on the node's machine, on the file itself.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand};
use serde_json::json;

use crate::cli::calendar::{parse_span, utc_text};
use crate::cli::output::{out, outln};
use crate::cli::{Exit, Failure, OutputFormat, SharedArgs, TextTable, data_dir, load};
use crate::security::{AccessRole, TokenFailure, TokenFile, TokenRecord};

/// Commands about tokens.
#[derive(Debug, Subcommand)]
pub enum TokensCommand {
    /// Make a token and print it, this once; from the first token on, the node requires one of every caller
    Add(AddTokenArgs),
    /// List tokens, without their secrets
    List,
    /// End a token's validity, at once
    Revoke(RevokeTokenArgs),
}

/// Options of `rr-admin tokens add`.
#[derive(Debug, Args)]
pub struct AddTokenArgs {
    /// Whose it is, as the audit log will call them
    name: String,
    /// What it allows: read looks, operate runs the node day by day, admin may also kill and stop
    #[arg(long, value_enum)]
    role: AccessRole,
    /// When it ends, from now: 12h, 30d (default: never)
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    expires: Option<Duration>,
}

/// Options of `rr-admin tokens revoke`.
#[derive(Debug, Args)]
pub struct RevokeTokenArgs {
    /// Whose it is
    name: String,
    /// Also take its record away; whoever shows the token then is told that it is unknown
    #[arg(long)]
    forget: bool,
}

impl TokensCommand {
    /// Does it.
    ///
    /// # Errors
    /// A file that can't be read or written, a name that is taken or unknown.
    pub fn run(&self, shared: &SharedArgs) -> Result<Exit, Failure> {
        let path = tokens_path(shared)?;
        let mut file = TokenFile::load(&path).map_err(failure)?;
        let now = now_ms();
        match self {
            Self::Add(args) => {
                let expires = args
                    .expires
                    .map(|span| now.saturating_add(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)));
                let secret = file.add(&args.name, args.role, now, expires).map_err(failure)?;
                file.save(&path).map_err(failure)?;
                show_secret(args, &secret, expires, shared.output);
            }
            Self::List => list(&file, now, shared.output)?,
            Self::Revoke(args) => {
                let done = if args.forget { file.forget(&args.name) } else { file.revoke(&args.name, now) };
                done.map_err(failure)?;
                file.save(&path).map_err(failure)?;
                eprintln!("rr-admin: the token `{}` does not count any more", args.name);
            }
        }
        Ok(Exit::Done)
    }
}

fn tokens_path(shared: &SharedArgs) -> Result<PathBuf, Failure> {
    let loaded = load(&shared.layers()?)?;
    let configured = loaded.settings.server.tokens_file.as_deref();
    // A file of its own needs no data folder.
    let folder = if configured.is_some() { PathBuf::new() } else { data_dir(&loaded)? };
    Ok(TokenFile::path(configured, &folder))
}

fn show_secret(args: &AddTokenArgs, secret: &str, expires: Option<u64>, format: OutputFormat) {
    if format != OutputFormat::Table {
        let value =
            json!({ "name": args.name, "role": args.role, "expires_unix_ms": expires, "token": secret });
        outln!("{value:#}");
        return;
    }
    // The secret stands alone on standard output, so that it can be piped into a file.
    outln!("{secret}");
    eprintln!(
        "rr-admin: this is shown only now. Give it to rr-admin with --token-file FILE or RINGRIFT_ADMIN_TOKEN; it allows `{}`",
        args.role
    );
}

fn list(file: &TokenFile, now: u64, format: OutputFormat) -> Result<(), Failure> {
    if format != OutputFormat::Table {
        let rows: Vec<_> = file.tokens().iter().map(|token| as_json(token, now)).collect();
        outln!("{:#}", serde_json::Value::from(rows));
        return Ok(());
    }
    let moment = |ms: u64| utc_text(i64::try_from(ms / 1000).unwrap_or(i64::MAX));
    let mut table = TextTable::new(["name", "role", "standing", "created", "expires"]);
    for token in file.tokens() {
        table.row([
            token.name.clone(),
            token.role.to_string(),
            token.standing(now).to_owned(),
            moment(token.created_unix_ms),
            token.expires_unix_ms.map_or_else(|| "never".to_owned(), moment),
        ]);
    }
    out!("{table}");
    Ok(())
}

fn as_json(token: &TokenRecord, now: u64) -> serde_json::Value {
    json!({
        "name": token.name,
        "role": token.role,
        "standing": token.standing(now),
        "created_unix_ms": token.created_unix_ms,
        "expires_unix_ms": token.expires_unix_ms,
        "revoked_unix_ms": token.revoked_unix_ms,
    })
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn failure(error: TokenFailure) -> Failure {
    let exit = match &error {
        TokenFailure::File { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
            Exit::NotPermitted
        }
        TokenFailure::File { .. } => Exit::Io,
        TokenFailure::Damaged { .. } | TokenFailure::Exists(_) | TokenFailure::Full => Exit::Data,
        TokenFailure::Unknown { .. } => Exit::NotFound,
        TokenFailure::Name(_) => Exit::Usage,
        TokenFailure::Random(_) => Exit::Unavailable,
    };
    Failure::new(exit, error)
}
