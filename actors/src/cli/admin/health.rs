//! `rr-admin health`: whether a node is well, for people and for scripts.

use clap::Args;
use rr_proto::admin::GetStatusRequest;
use serde::Serialize;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::flags::AdminFlags;
use super::live_node::LiveNode;
use crate::cli::{Exit, Failure};

/// Options of `rr-admin health`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// Also ask gRPC health for this service, such as rr.admin.v1.Jobs
    #[arg(long, value_name = "NAME", default_value = "")]
    service: String,
}

/// What is known of a node's health.
#[derive(Debug, Serialize)]
struct NodeHealth {
    node: String,
    role: String,
    /// What `grpc.health.v1` says.
    serving: String,
    ready: bool,
    draining: bool,
    /// 0, dead, to 1, well.
    score: f64,
    not_ready: Vec<String>,
}

impl HealthArgs {
    /// Prints how a node is; the exit code is 1 where it is not ready.
    ///
    /// # Errors
    /// When no node answers.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let node = LiveNode::open(flags)?;
        let service = self.service.clone();
        let check = node.ask(|node| async move {
            HealthClient::new(node.channel()).check(node.request(HealthCheckRequest { service })).await
        })?;
        let status =
            node.ask(|node| async move { node.admin().get_status(node.request(GetStatusRequest {})).await })?;
        let serving = ServingStatus::try_from(check.status).unwrap_or(ServingStatus::Unknown);
        let health = NodeHealth {
            node: status.node_id,
            role: status.role,
            serving: serving.as_str_name().to_owned(),
            ready: status.ready,
            draining: status.draining,
            score: status.health_score,
            not_ready: status.not_ready,
        };
        flags.format().print(&health, || text(&health))?;
        Ok(if health.ready { Exit::Done } else { Exit::Negative })
    }
}

fn text(health: &NodeHealth) -> String {
    let state = match (health.ready, health.draining) {
        (_, true) => "draining: it takes no new work",
        (true, false) => "ready",
        (false, false) => "not ready",
    };
    let mut text = format!(
        "node        {} ({})\nstate       {state}\nscore       {:.2}\ngRPC health {}\n",
        health.node, health.role, health.score, health.serving
    );
    text.extend(health.not_ready.iter().map(|reason| format!("  {reason}\n")));
    text
}
