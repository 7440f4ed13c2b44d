//! `rr-node config show`.

use clap::{Args, Subcommand};
use rr_config::LoadedSettings;

use crate::cli::{Exit, Failure, OutputFormat, TextTable};

/// Commands about the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print every key with its value
    Show(ConfigShowArgs),
}

/// Options of `rr-node config show`.
#[derive(Debug, Args)]
pub struct ConfigShowArgs {
    /// Also print where each value came from: the defaults, a file, a variable or a flag
    #[arg(long)]
    pub origin: bool,
    /// Print only keys that are not at their default
    #[arg(long)]
    pub changed: bool,
}

impl ConfigCommand {
    /// Prints the configuration as it would be used.
    ///
    /// # Errors
    /// None after the configuration itself was read.
    pub fn run(&self, loaded: &LoadedSettings, format: OutputFormat) -> Result<Exit, Failure> {
        let ConfigCommand::Show(args) = self;
        let mut rows = loaded.rows();
        rows.retain(|row| !args.changed || row.origin != rr_config::Origin::Default);
        let document: Vec<serde_json::Value> = rows
            .iter()
            .map(|row| serde_json::json!({ "key": row.key, "value": row.value, "origin": row.origin.to_string() }))
            .collect();
        format.print(&document, || {
            let mut table = match args.origin {
                true => TextTable::new(["key", "value", "origin"]),
                false => TextTable::new(["key", "value"]),
            };
            for row in &rows {
                match args.origin {
                    true => table.row([row.key.clone(), row.value.clone(), row.origin.to_string()]),
                    false => table.row([row.key.clone(), row.value.clone()]),
                }
            }
            table
        })?;
        Ok(Exit::Done)
    }
}
