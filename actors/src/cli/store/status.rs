//! `rr-admin status`.

use clap::Args;
use rr_proto::admin::{ConfigStatus, GetStatusRequest, GetStatusResponse, ListConfigsRequest};
use rr_storage::StoreSnapshot;

use super::source::StoreSource;
use crate::cli::admin::AdminFlags;
use crate::cli::{Exit, Failure, TextTable};
use crate::rpc::{ListingFailure, NodeClient, list_configs};

/// Options of `rr-admin status`.
#[derive(Debug, Args)]
pub struct StatusArgs {}

impl StatusArgs {
    /// Prints what a node is and how far each config has come.
    ///
    /// # Errors
    /// When neither the node nor its store can be read.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let source = StoreSource::open(flags)?;
        let ask = |node: NodeClient| async move {
            node.admin().get_status(node.request(GetStatusRequest {})).await
        };
        let status = source.read(ask, stopped_status)?;
        flags.format().print(&json(&status), || text(&status))?;
        Ok(Exit::Done)
    }
}

/// Reads what the store of a stopped node tells.
fn stopped_status(snapshot: &StoreSnapshot) -> Result<GetStatusResponse, ListingFailure> {
    let mut configs = list_configs(snapshot, &ListConfigsRequest::default())?.configs;
    for config in &mut configs {
        config.stage = "stopped".to_owned();
    }
    Ok(GetStatusResponse { configs, ..GetStatusResponse::default() })
}

fn text(status: &GetStatusResponse) -> String {
    let mut text = match status.node_id.as_str() {
        "" => "no node runs on this data folder\n".to_owned(),
        node => format!(
            "node {node} ({}), version {}, data in {}\n{}",
            status.role,
            status.version,
            status.data_dir,
            condition(status)
        ),
    };
    for device in &status.devices {
        text.push_str(&format!(
            "device {} on {}, {:.0} evaluations/s\n",
            device.name, device.execution_provider, device.evaluations_per_second
        ));
    }
    text.push_str(&table(&status.configs).to_string());
    text
}

/// Says whether the node is ready, and if not, why.
fn condition(status: &GetStatusResponse) -> String {
    let mut lines = match (status.ready, status.draining) {
        (_, true) => "draining: it takes no new work\n".to_owned(),
        (true, false) => "ready\n".to_owned(),
        (false, false) => "not ready\n".to_owned(),
    };
    for reason in &status.not_ready {
        lines.push_str(&format!("  {reason}\n"));
    }
    lines
}

fn table(configs: &[ConfigStatus]) -> TextTable {
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
    for config in configs {
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
    table
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
        "ready": status.ready,
        "not_ready": status.not_ready,
        "draining": status.draining,
        "health_score": status.health_score,
        "usage": status.usage,
        "configs": status.configs.iter().map(config).collect::<Vec<_>>(),
        "devices": status.devices.iter().map(device).collect::<Vec<_>>(),
    })
}
