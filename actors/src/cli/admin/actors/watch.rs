//! `rr-admin actors watch`.

use clap::Args;
use rr_proto::admin::{WatchTreeRequest, WatchTreeResponse};

use crate::cli::admin::flags::AdminFlags;
use crate::cli::admin::live_node::LiveNode;
use crate::cli::{Exit, Failure};

/// Options of `rr-admin actors watch`.
#[derive(Debug, Args)]
pub struct WatchTreeArgs {
    /// Only what lies at and below this path, such as workers
    #[arg(default_value = "")]
    path: String,
    /// Least time between two changes, in milliseconds
    #[arg(long, default_value_t = 1000)]
    interval_ms: u32,
}

impl WatchTreeArgs {
    pub(super) fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let node = LiveNode::open(flags)?;
        let request = WatchTreeRequest { path: self.path.clone(), interval_ms: self.interval_ms };
        node.follow(
            |node| async move { node.actors().watch_tree(request).await },
            |change| flags.format().print_line(&change, || lines(&change)),
        )?;
        Ok(Exit::Done)
    }
}

fn lines(change: &WatchTreeResponse) -> String {
    let sign = if change.snapshot { ' ' } else { '~' };
    let mut lines: Vec<String> = change
        .actors
        .iter()
        .map(|actor| {
            let load = actor.load.map_or_else(String::new, |load| {
                format!(
                    "  mailbox {} ({:.1} ms), {:.1} msg/s",
                    load.mailbox_depth, load.mailbox_lag_ms, load.messages_per_second
                )
            });
            format!("{sign} {}  {}  {} restarts{load}", actor.path, actor.state, actor.restarts)
        })
        .collect();
    lines.extend(change.removed.iter().map(|path| format!("- {path}")));
    lines.join("\n")
}
