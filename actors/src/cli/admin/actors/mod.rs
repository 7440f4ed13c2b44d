//! `rr-admin actors`: the tree of a running node.

mod kill;
mod restart;
mod show;
mod tree;
mod watch;

use clap::Subcommand;

use super::flags::AdminFlags;
use crate::cli::{Exit, Failure};

pub use kill::KillActorArgs;
pub use restart::RestartActorArgs;
pub use show::{ShowActorArgs, actor_text};
pub use tree::TreeArgs;
pub use watch::WatchTreeArgs;

/// Commands about actors.
#[derive(Debug, Subcommand)]
pub enum ActorsCommand {
    /// Show the tree with states, restarts and mailboxes
    Tree(TreeArgs),
    /// Print every change of the tree until Ctrl-C
    Watch(WatchTreeArgs),
    /// Show one actor with what it shows of its state
    Show(ShowActorArgs),
    /// Kill an actor as a fault would, for drills; its supervisor answers as to any fault
    Kill(KillActorArgs),
    /// Stop and start an actor in order, with what its supervisor restarts with it
    Restart(RestartActorArgs),
}

impl ActorsCommand {
    /// Does what is asked for.
    ///
    /// # Errors
    /// When no node answers, or it refuses.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        match self {
            Self::Tree(args) => args.run(flags),
            Self::Watch(args) => args.run(flags),
            Self::Show(args) => args.run(flags),
            Self::Kill(args) => args.run(flags),
            Self::Restart(args) => args.run(flags),
        }
    }
}
