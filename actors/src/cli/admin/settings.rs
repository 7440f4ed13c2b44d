//! `rr-admin settings`: the configuration that a running node was started with.

use clap::{Args, Subcommand};
use rr_proto::admin::{ListSettingsRequest, Setting};

use super::flags::AdminFlags;
use super::live_node::LiveNode;
use crate::cli::{Exit, Failure, TextTable};

/// Commands about settings.
#[derive(Debug, Subcommand)]
pub enum SettingsCommand {
    /// List the settings with where each came from: the defaults, a file, a variable or a flag
    List(ListSettingsArgs),
}

/// Options of `rr-admin settings list`.
#[derive(Debug, Args)]
pub struct ListSettingsArgs {
    /// Only keys that begin with this, such as training.
    #[arg(default_value = "")]
    prefix: String,
    /// Only keys that are not at their default
    #[arg(long)]
    changed: bool,
}

impl SettingsCommand {
    /// Does what is asked for.
    ///
    /// # Errors
    /// When no node answers, or no key begins so.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let Self::List(args) = self;
        let node = LiveNode::open(flags)?;
        let request = ListSettingsRequest { prefix: args.prefix.clone(), changed: args.changed };
        let settings = node
            .ask(|node| async move { node.control().list_settings(node.request(request)).await })?
            .settings;
        flags.format().print(&settings, || table(&settings))?;
        Ok(Exit::Done)
    }
}

fn table(settings: &[Setting]) -> TextTable {
    let mut table = TextTable::new(["key", "value", "origin"]);
    for setting in settings {
        table.row([setting.key.clone(), setting.value.clone(), setting.origin.clone()]);
    }
    table
}
