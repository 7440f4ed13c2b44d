//! Running every check and printing what they found.

use std::path::PathBuf;

use clap::Args;
use rr_config::LoadedSettings;
use serde_json::json;

use super::finding::{Finding, Health};
use super::{disk, library, machine, ports, secrets, settings, stored};
use crate::cli::output::{out, outln};
use crate::cli::{Exit, Failure, OutputFormat, SharedArgs, TextTable, data_dir};

/// Options of `rr-node doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {}

impl DoctorArgs {
    /// Checks everything and prints it; the exit code is 1 where something stands against a node.
    ///
    /// # Errors
    /// A `--set` that is none.
    pub fn run(&self, shared: &SharedArgs) -> Result<Exit, Failure> {
        let layers = shared.layers()?;
        let mut findings = machine::check();
        match layers.load() {
            Ok(loaded) => {
                findings.push(settings::check(&loaded));
                findings.extend(of_settings(&loaded));
            }
            Err(errors) => findings.push(settings::refused(&errors)),
        }
        print(&findings, shared.output);
        let worst = findings.iter().map(|finding| finding.health).max();
        Ok(if worst == Some(Health::Fail) { Exit::Negative } else { Exit::Done })
    }
}

fn of_settings(loaded: &LoadedSettings) -> Vec<Finding> {
    let mut findings = library::check(&loaded.settings);
    match data_dir(loaded) {
        Ok(folder) => {
            findings.extend(disk::check(&folder));
            findings.extend(stored::check(&folder, &loaded.settings));
            let running = stored::runs(&folder);
            findings.extend(ports::check(&loaded.settings.server, running));
            findings.extend(secrets::check(&loaded.settings.server, &folder));
        }
        Err(failure) => {
            findings.push(Finding::fail("data folder", failure.message, "give one with --data-dir"));
            findings.extend(ports::check(&loaded.settings.server, false));
            findings.extend(secrets::check(&loaded.settings.server, &PathBuf::new()));
        }
    }
    findings
}

fn print(findings: &[Finding], format: OutputFormat) {
    let count = |health: Health| findings.iter().filter(|finding| finding.health == health).count();
    let (failed, warned) = (count(Health::Fail), count(Health::Warn));
    if format != OutputFormat::Table {
        let value = json!({ "findings": findings, "failed": failed, "warned": warned });
        outln!("{value:#}");
        return;
    }
    let mut table = TextTable::new(["check", "health", "found"]);
    for finding in findings {
        table.row([finding.check.to_owned(), finding.health.to_string(), finding.found.clone()]);
    }
    out!("{table}");
    for finding in findings.iter().filter(|finding| !finding.advice.is_empty()) {
        outln!("{} {}: {}", finding.health, finding.check, finding.advice);
    }
    match (failed, warned) {
        (0, 0) => outln!("a node can run here"),
        (0, warned) => outln!("a node can run here; {warned} things are worth a look"),
        (failed, _) => outln!("a node can't run here: {failed} checks failed"),
    }
}
