//! `rr-admin audit`: what callers changed, from the node's own file, whether the node runs or not.

use clap::{Args, Subcommand};

use crate::cli::calendar::utc_text;
use crate::cli::output::{out, outln};
use crate::cli::{Exit, Failure, OutputFormat, SharedArgs, TextTable, data_dir, load};
use crate::security::AuditReport;

/// Commands about the audit log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Print the newest lines, and whether the chain of all lines is whole
    List(ListAuditArgs),
    /// Check the chain of all lines; the exit code is 1 where it is broken
    Verify,
}

/// Options of `rr-admin audit list`.
#[derive(Debug, Args)]
pub struct ListAuditArgs {
    /// How many lines
    #[arg(long, default_value_t = 50)]
    last: usize,
}

impl AuditCommand {
    /// Prints what the log of the data folder holds.
    ///
    /// # Errors
    /// When a file of it can't be read.
    pub fn run(&self, shared: &SharedArgs) -> Result<Exit, Failure> {
        let folder = data_dir(&load(&shared.layers()?)?)?;
        let most = match self {
            Self::List(args) => args.last,
            Self::Verify => 0,
        };
        let report = AuditReport::read(&folder, most).map_err(|error| Failure::new(Exit::Io, error))?;
        if shared.output == OutputFormat::Table {
            print_table(&report);
        } else {
            let value = serde_json::json!({
                "lines": report.lines, "whole": report.faults.is_empty(), "faults": report.faults,
                "entries": report.entries,
            });
            outln!("{value:#}");
        }
        Ok(if report.faults.is_empty() { Exit::Done } else { Exit::Negative })
    }
}

fn print_table(report: &AuditReport) {
    if !report.entries.is_empty() {
        let mut table =
            TextTable::new(["number", "when", "who", "role", "from", "method", "target", "outcome"]);
        for entry in &report.entries {
            let note = entry.note.clone();
            let when = utc_text(i64::try_from(entry.unix_ms / 1000).unwrap_or(i64::MAX));
            let texts = [note.who, note.role, note.from, note.method, note.target, note.outcome];
            let [who, role, from, method, target, outcome] = texts.map(|text| printable(&text));
            table.row([entry.seq.to_string(), when, who, role, from, method, target, outcome]);
        }
        out!("{table}");
    }
    match report.faults.as_slice() {
        [] => eprintln!("rr-admin: {} lines, the chain is whole", report.lines),
        faults => {
            eprintln!("rr-admin: {} lines, the chain is broken: {}", report.lines, faults.join("; "));
        }
    }
}

/// Keeps what callers wrote from steering the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '?' } else { char }).collect()
}
