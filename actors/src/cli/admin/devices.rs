//! `rr-admin devices`: what computes, and how busy it is.

use clap::Subcommand;
use rr_proto::admin::{Device, ListDevicesRequest};

use super::flags::AdminFlags;
use super::live_node::LiveNode;
use crate::cli::{Exit, Failure, TextTable};

/// Commands about devices.
#[derive(Debug, Subcommand)]
pub enum DevicesCommand {
    /// List the devices with their provider, their load, and why other providers were passed over
    List,
}

impl DevicesCommand {
    /// Does what is asked for.
    ///
    /// # Errors
    /// When no node answers, or it refuses.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let Self::List = self;
        let node = LiveNode::open(flags)?;
        let request = ListDevicesRequest {};
        let devices =
            node.ask(|node| async move { node.control().list_devices(node.request(request)).await })?.devices;
        flags.format().print(&devices, || text(&devices))?;
        Ok(Exit::Done)
    }
}

fn text(devices: &[Device]) -> String {
    if devices.is_empty() {
        return "this node's role computes nothing: it has no device\n".to_owned();
    }
    let mut table = TextTable::new([
        "device",
        "provider",
        "models",
        "evals/s",
        "busy",
        "in flight",
        "waiting",
        "batches",
        "failed",
        "paused",
    ]);
    for device in devices {
        let provider = &device.execution_provider;
        table.row([
            device.name.clone(),
            if provider.is_empty() { "-" } else { provider }.to_owned(),
            device.models.len().to_string(),
            format!("{:.0}", device.evaluations_per_second),
            format!("{:.0} %", device.busy * 100.0),
            device.in_flight.to_string(),
            device.waiting.to_string(),
            device.batches.to_string(),
            device.failures.to_string(),
            if device.paused { "yes" } else { "" }.to_owned(),
        ]);
    }
    let mut text = table.to_string();
    for device in devices {
        text.extend(device.passed_over.iter().map(|reason| format!("{} is not on {reason}\n", device.name)));
    }
    text
}
