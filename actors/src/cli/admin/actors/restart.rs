//! `rr-admin actors restart`.

use clap::Args;
use rr_proto::admin::RestartActorRequest;

use super::show::actor_text;
use crate::cli::admin::flags::AdminFlags;
use crate::cli::admin::live_node::LiveNode;
use crate::cli::{Exit, Failure};

/// Options of `rr-admin actors restart`.
#[derive(Debug, Args)]
pub struct RestartActorArgs {
    /// Its path, such as workers/trainer
    path: String,
}

impl RestartActorArgs {
    pub(super) fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let node = LiveNode::open(flags)?;
        let request = RestartActorRequest { path: self.path.clone() };
        let answer =
            node.ask(|node| async move { node.actors().restart_actor(node.request(request)).await })?;
        let actor = answer.actor.unwrap_or_default();
        flags.format().print(&actor, || actor_text(&actor))?;
        Ok(Exit::Done)
    }
}
