//! `rr-admin actors tree`.

use clap::Args;
use rr_proto::admin::{Actor, GetTreeRequest};

use crate::cli::admin::flags::AdminFlags;
use crate::cli::admin::live_node::LiveNode;
use crate::cli::admin::span_text::span_text;
use crate::cli::{Exit, Failure, TextTable};

/// Options of `rr-admin actors tree`.
#[derive(Debug, Args)]
pub struct TreeArgs {
    /// Only what lies at and below this path, such as workers/self-play
    #[arg(default_value = "")]
    path: String,
}

impl TreeArgs {
    pub(super) fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let node = LiveNode::open(flags)?;
        let request = GetTreeRequest { path: self.path.clone() };
        let actors =
            node.ask(|node| async move { node.actors().get_tree(node.request(request)).await })?.actors;
        flags.format().print(&actors, || tree(&actors))?;
        Ok(Exit::Done)
    }
}

fn tree(actors: &[Actor]) -> TextTable {
    let mut table = TextTable::new(["actor", "state", "uptime", "rst", "mbox", "lag", "msg/s", "busy"]);
    let top = actors.first().map_or(0, |root| root.path.matches('/').count());
    for actor in actors {
        let depth = actor.path.matches('/').count().saturating_sub(top);
        let name = actor.path.rsplit('/').next().unwrap_or(&actor.path);
        let load = |show: fn(&rr_proto::admin::ActorLoad) -> String| {
            actor.load.as_ref().map_or_else(String::new, show)
        };
        table.row([
            format!("{}{name}", "  ".repeat(depth)),
            actor.state.clone(),
            actor.uptime_ms.map_or_else(String::new, span_text),
            actor.restarts.to_string(),
            load(|load| load.mailbox_depth.to_string()),
            load(|load| format!("{:.1}ms", load.mailbox_lag_ms)),
            load(|load| format!("{:.1}", load.messages_per_second)),
            load(|load| format!("{:.0}ms", load.busy_ms)),
        ]);
        // Below its actor: beside it there is no room on a terminal of 80 columns.
        if let Some(error) = actor.last_error.lines().next() {
            table.note(format!("{}! {error}", "  ".repeat(depth + 1)));
        }
    }
    table
}
