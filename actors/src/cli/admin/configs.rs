//! `rr-admin configs`: how far each board config is, of a running or a stopped node.

use clap::{Args, Subcommand};
use rr_proto::ConfigKey;
use rr_proto::admin::{ConfigStatus, ListConfigsRequest};

use super::flags::AdminFlags;
use crate::cli::store::StoreSource;
use crate::cli::{Exit, Failure, TextTable};
use crate::rpc::list_configs;

/// Commands about board configs.
#[derive(Debug, Subcommand)]
pub enum ConfigsCommand {
    /// List the configs that have games or a champion
    List,
    /// Show one config
    Show(ShowConfigArgs),
}

/// Names a board config.
#[derive(Debug, Args)]
pub struct ShowConfigArgs {
    /// Board config, such as hex8_2p
    config: ConfigKey,
}

impl ConfigsCommand {
    /// Does what is asked for.
    ///
    /// # Errors
    /// When neither a node nor its store can be read.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let config = match self {
            Self::List => String::new(),
            Self::Show(args) => args.config.to_string(),
        };
        let request = ListConfigsRequest { config };
        let asked = request.clone();
        let configs = StoreSource::open(flags)?
            .read(
                |node| async move { node.admin().list_configs(node.request(asked)).await },
                |snapshot| list_configs(snapshot, &request),
            )?
            .configs;
        match (self, configs.first()) {
            (Self::Show(_), Some(config)) => flags.format().print(config, || text(config))?,
            _ => flags.format().print(&configs, || table(&configs))?,
        }
        Ok(Exit::Done)
    }
}

fn elo(config: &ConfigStatus) -> String {
    config.elo.map_or_else(String::new, |elo| format!("{:.0} ({:.0} to {:.0})", elo.elo, elo.low, elo.high))
}

fn table(configs: &[ConfigStatus]) -> TextTable {
    let mut table =
        TextTable::new(["config", "stage", "generation", "champion", "elo", "games", "samples", "new"]);
    for config in configs {
        table.row([
            config.config.clone(),
            config.stage.clone(),
            config.generation.to_string(),
            config.champion.chars().take(8).collect(),
            elo(config),
            config.games.to_string(),
            config.samples.to_string(),
            config.new_samples.to_string(),
        ]);
    }
    table
}

fn text(config: &ConfigStatus) -> String {
    let champion = if config.champion.is_empty() { "none" } else { &config.champion };
    let lines = [
        ("config", config.config.clone()),
        ("stage", config.stage.clone()),
        ("generation", config.generation.to_string()),
        ("champion", champion.to_owned()),
        ("elo", elo(config)),
        ("games", config.games.to_string()),
        ("samples", format!("{}, {} of them new", config.samples, config.new_samples)),
        ("simulations", config.simulations.to_string()),
        ("positions/s", format!("{:.0}", config.positions_per_second)),
        ("failures", format!("{} in a row", config.failures)),
        ("refusals", format!("{} since the last promotion", config.refusals)),
    ];
    lines.into_iter().map(|(name, value)| format!("{name:<12}{value}\n")).collect()
}
