//! `rr-admin status`.

use clap::Args;
use rr_proto::ConfigKey;
use rr_proto::admin::{ConfigStatus, GetStatusRequest, GetStatusResponse, ListRatingsRequest};
use rr_storage::StoreSnapshot;

use super::source::StoreSource;
use crate::cli::{Exit, Failure, OutputFormat, SharedArgs, TextTable};
use crate::rpc::{ListingFailure, list_ratings};

/// Options of `rr-admin status`.
#[derive(Debug, Args)]
pub struct StatusArgs {}

impl StatusArgs {
    /// Prints what a node is and how far each config has come.
    ///
    /// # Errors
    /// When neither the node nor its store can be read.
    pub fn run(&self, shared: &SharedArgs) -> Result<Exit, Failure> {
        let mut source = StoreSource::open(shared)?;
        let status = source
            .read(|mut client| async move { client.get_status(GetStatusRequest {}).await }, stopped_status)?;
        print(&status, shared.output)?;
        Ok(Exit::Done)
    }
}

/// Reads what the store of a stopped node tells.
fn stopped_status(snapshot: &StoreSnapshot) -> Result<GetStatusResponse, ListingFailure> {
    let mut configs = Vec::new();
    for key in ConfigKey::ALL {
        let totals = snapshot.game_totals(key)?;
        let Some(champion) = snapshot.champion(key)? else { continue };
        let request = ListRatingsRequest { config: key.to_string(), ..ListRatingsRequest::default() };
        let ratings = list_ratings(snapshot, &request)?.ratings;
        configs.push(ConfigStatus {
            config: key.to_string(),
            stage: "stopped".to_owned(),
            games: totals.games.get(),
            samples: totals.samples.get(),
            generation: champion.generation.get(),
            champion: champion.model.to_string(),
            elo: ratings.into_iter().find(|rating| rating.champion).and_then(|rating| rating.elo),
            positions_per_second: 0.0,
        });
    }
    Ok(GetStatusResponse { configs, ..GetStatusResponse::default() })
}

fn print(status: &GetStatusResponse, format: OutputFormat) -> Result<(), Failure> {
    if format == OutputFormat::Json {
        let text = serde_json::to_string_pretty(&json(status))
            .map_err(|error| Failure::new(Exit::Software, error))?;
        println!("{text}");
        return Ok(());
    }
    match status.node_id.as_str() {
        "" => println!("no node runs on this data folder"),
        node => {
            println!("node {node} ({}), version {}, data in {}", status.role, status.version, status.data_dir)
        }
    }
    for device in &status.devices {
        println!(
            "device {} on {}, {:.0} evaluations/s",
            device.name, device.execution_provider, device.evaluations_per_second
        );
    }
    let mut table = TextTable::new([
        "config",
        "stage",
        "generation",
        "champion",
        "elo",
        "games",
        "samples",
        "positions/s",
    ]);
    for config in &status.configs {
        let elo =
            config.elo.map_or_else(String::new, |e| format!("{:.0} ({:.0} to {:.0})", e.elo, e.low, e.high));
        table.row([
            config.config.clone(),
            config.stage.clone(),
            config.generation.to_string(),
            config.champion.chars().take(8).collect(),
            elo,
            config.games.to_string(),
            config.samples.to_string(),
            format!("{:.0}", config.positions_per_second),
        ]);
    }
    print!("{table}");
    Ok(())
}

fn json(status: &GetStatusResponse) -> serde_json::Value {
    let config = |c: &ConfigStatus| {
        serde_json::json!({
            "config": c.config,
            "stage": c.stage,
            "games": c.games,
            "samples": c.samples,
            "generation": c.generation,
            "champion": c.champion,
            "elo": c.elo.map(|e| serde_json::json!({ "elo": e.elo, "low": e.low, "high": e.high })),
            "positions_per_second": c.positions_per_second,
        })
    };
    let device = |d: &rr_proto::admin::DeviceStatus| {
        serde_json::json!({
            "name": d.name,
            "execution_provider": d.execution_provider,
            "evaluations_per_second": d.evaluations_per_second,
        })
    };
    serde_json::json!({
        "running": !status.node_id.is_empty(),
        "node": status.node_id,
        "role": status.role,
        "version": status.version,
        "started_unix_ms": status.started_unix_ms,
        "data_dir": status.data_dir,
        "configs": status.configs.iter().map(config).collect::<Vec<_>>(),
        "devices": status.devices.iter().map(device).collect::<Vec<_>>(),
    })
}
