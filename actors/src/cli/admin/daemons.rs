//! `rr-admin daemons`: the rows of the registry that the node's role calls for.

use clap::{Args, Subcommand};
use rr_proto::admin::{
    Daemon, GetDaemonRequest, ListDaemonsRequest, RestartDaemonRequest, StartDaemonRequest, StopDaemonRequest,
};

use super::actors::actor_text;
use super::flags::AdminFlags;
use super::live_node::LiveNode;
use super::span_text::span_text;
use crate::cli::{Exit, Failure, TextTable};

/// Commands about daemons.
#[derive(Debug, Subcommand)]
pub enum DaemonsCommand {
    /// List the daemons of the node's role in starting order
    List,
    /// Show one daemon with what it shows of its state
    Show(DaemonArgs),
    /// Start a daemon that was stopped
    Start(DaemonArgs),
    /// Stop a daemon, and leave it so until it is started
    Stop(StopDaemonArgs),
    /// Stop and start a daemon, with what its supervisor restarts with it
    Restart(DaemonArgs),
}

/// Names a daemon.
#[derive(Debug, Args)]
pub struct DaemonArgs {
    /// Its name, such as trainer, a duty of it, such as SELFPLAY_COORDINATOR, or its path
    name: String,
}

/// Options of `rr-admin daemons stop`.
#[derive(Debug, Args)]
pub struct StopDaemonArgs {
    #[command(flatten)]
    daemon: DaemonArgs,
    /// Stop it even if the node is of no use without it
    #[arg(long)]
    force: bool,
}

impl DaemonsCommand {
    /// Does what is asked for.
    ///
    /// # Errors
    /// When no node answers, or it refuses.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let node = LiveNode::open(flags)?;
        let daemon = match self {
            Self::List => return list(&node, flags),
            Self::Show(args) => {
                let request = GetDaemonRequest { name: args.name.clone() };
                node.ask(|node| async move { node.daemons().get_daemon(node.request(request)).await })?.daemon
            }
            Self::Start(args) => {
                let request = StartDaemonRequest { name: args.name.clone() };
                node.ask(|node| async move { node.daemons().start_daemon(node.request(request)).await })?
                    .daemon
            }
            Self::Stop(args) => {
                let request = StopDaemonRequest { name: args.daemon.name.clone(), force: args.force };
                node.ask(|node| async move { node.daemons().stop_daemon(node.request(request)).await })?
                    .daemon
            }
            Self::Restart(args) => {
                let request = RestartDaemonRequest { name: args.name.clone() };
                node.ask(|node| async move { node.daemons().restart_daemon(node.request(request)).await })?
                    .daemon
            }
        };
        let daemon = daemon.unwrap_or_default();
        flags.format().print(&daemon, || daemon_text(&daemon))?;
        Ok(Exit::Done)
    }
}

fn list(node: &LiveNode, flags: &AdminFlags) -> Result<Exit, Failure> {
    let request = ListDaemonsRequest {};
    let daemons =
        node.ask(|node| async move { node.daemons().list_daemons(node.request(request)).await })?.daemons;
    flags.format().print(&daemons, || table(&daemons))?;
    Ok(Exit::Done)
}

fn table(daemons: &[Daemon]) -> TextTable {
    let mut table = TextTable::new(["daemon", "state", "uptime", "rst", "actors", "critical", "duties"]);
    for daemon in daemons {
        let actor = daemon.actor.as_ref();
        table.row([
            daemon.name.clone(),
            actor.map_or_else(|| "not started".to_owned(), |actor| actor.state.clone()),
            actor.and_then(|actor| actor.uptime_ms).map_or_else(String::new, span_text),
            actor.map_or_else(String::new, |actor| actor.restarts.to_string()),
            format!("{}/{}", daemon.running, daemon.actors),
            if daemon.critical { "yes" } else { "" }.to_owned(),
            daemon.duties.join(" "),
        ]);
    }
    table
}

fn daemon_text(daemon: &Daemon) -> String {
    let duties = if daemon.duties.is_empty() { "-".to_owned() } else { daemon.duties.join(", ") };
    let actor = daemon.actor.as_ref().map_or_else(|| "state       not started\n".to_owned(), actor_text);
    format!("daemon      {}\nduties      {duties}\n{actor}", daemon.name)
}
