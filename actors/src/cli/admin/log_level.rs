//! `rr-admin log`: how much a running node logs.

use clap::{Args, Subcommand};
use rr_proto::admin::{GetLogLevelRequest, SetLogLevelRequest};

use super::flags::AdminFlags;
use super::live_node::LiveNode;
use crate::cli::{Exit, Failure};

/// Commands about the log.
#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Say or change how much is logged
    #[command(subcommand)]
    Level(LogLevelCommand),
}

/// Commands about how much is logged.
#[derive(Debug, Subcommand)]
pub enum LogLevelCommand {
    /// Say how much is logged
    Get,
    /// Change how much is logged, until the node ends or its configuration says otherwise
    Set(SetLogLevelArgs),
}

/// Options of `rr-admin log level set`.
#[derive(Debug, Args)]
pub struct SetLogLevelArgs {
    /// A level (off, error, warn, info, debug, trace), or levels of modules: info,rr_actors::bus=debug
    directives: String,
}

impl LogCommand {
    /// Does what is asked for.
    ///
    /// # Errors
    /// When no node answers, or it refuses.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let Self::Level(command) = self;
        let node = LiveNode::open(flags)?;
        match command {
            LogLevelCommand::Get => {
                let request = GetLogLevelRequest {};
                let answer = node
                    .ask(|node| async move { node.control().get_log_level(node.request(request)).await })?;
                flags.format().print(&answer, || match answer.directives.as_str() {
                    "" => "the node's log is not its own: whoever started it decides\n".to_owned(),
                    directives => format!("{directives}\n"),
                })?;
            }
            LogLevelCommand::Set(args) => {
                let request = SetLogLevelRequest { directives: args.directives.clone() };
                let answer = node
                    .ask(|node| async move { node.control().set_log_level(node.request(request)).await })?;
                flags
                    .format()
                    .print(&answer, || format!("{} (before: {})\n", answer.directives, answer.before))?;
            }
        }
        Ok(Exit::Done)
    }

    /// Tells whether the command may be repeated without a second thought.
    pub(super) fn only_reads(&self) -> bool {
        matches!(self, Self::Level(LogLevelCommand::Get))
    }
}
