//! `rr-admin actors kill`.

use clap::Args;
use rr_proto::admin::KillActorRequest;

use crate::cli::admin::flags::AdminFlags;
use crate::cli::admin::live_node::LiveNode;
use crate::cli::{Exit, Failure};

/// Options of `rr-admin actors kill`.
#[derive(Debug, Args)]
pub struct KillActorArgs {
    /// Its path, such as workers/trainer
    path: String,
}

impl KillActorArgs {
    pub(super) fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let node = LiveNode::open(flags)?;
        let request = KillActorRequest { path: self.path.clone() };
        node.ask(|node| async move { node.actors().kill_actor(node.request(request)).await })?;
        let done = serde_json::json!({ "killed": self.path });
        flags.format().print(&done, || format!("killed {}\n", self.path))?;
        Ok(Exit::Done)
    }
}
