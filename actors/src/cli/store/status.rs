//! `rr-admin status`.

use clap::Args;
use rr_proto::admin::{
    ConfigStatus, GetStatusRequest, GetStatusResponse, ListConfigsRequest, NodeUsage, StageProgress,
};
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
    let word = match (status.ready, status.draining) {
        (_, true) => "draining: it takes no new work",
        (true, false) => "ready",
        (false, false) => "not ready",
    };
    // Rounded down: 1.00 is for the node that has nothing wrong.
    let health = (status.health_score * 100.0).floor() / 100.0;
    let mut lines = format!("{word}, health {health:.2}{}\n", status.usage.map_or_else(String::new, usage));
    for reason in &status.not_ready {
        lines.push_str(&format!("  {reason}\n"));
    }
    lines
}

/// Says what the node's process uses.
fn usage(usage: NodeUsage) -> String {
    let mib = |bytes: u64| bytes / (1024 * 1024);
    format!(
        ", {:.1} of {} cores, {} MiB of memory ({} of {} MiB free)",
        usage.cpu_percent / 100.0,
        usage.cores,
        mib(usage.memory_bytes),
        mib(usage.memory_available_bytes),
        mib(usage.memory_total_bytes)
    )
}

fn table(configs: &[ConfigStatus]) -> TextTable {
    let mut table =
        TextTable::new(["config", "stage", "gen", "champion", "elo", "games", "samples", "pos/s"]);
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
        if let Some(progress) = &config.progress {
            table.note(format!("  {}", progress_text(progress)));
        }
    }
    table
}

/// Says how far a stage is.
fn progress_text(progress: &StageProgress) -> String {
    let detail = if progress.detail.is_empty() { String::new() } else { format!(", {}", progress.detail) };
    format!("{} of {} {}{detail}", progress.done, progress.target, progress.unit)
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
            "progress": c.progress,
        })
    };
    let device = |d: &rr_proto::admin::DeviceStatus| {
        serde_json::json!({
            "name": d.name,
            "execution_provider": d.execution_provider,
            "evaluations_per_second": d.evaluations_per_second,
            "busy": d.busy,
            "in_flight": d.in_flight,
            "waiting": d.waiting,
            "paused": d.paused,
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
