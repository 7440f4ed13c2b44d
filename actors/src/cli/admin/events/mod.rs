//! `rr-admin events`: what happened, what happens, and what could not be handled.

mod dead_letters;
mod event_text;
mod list;
mod selected;
mod since;
mod tail;

use clap::Subcommand;

use super::flags::AdminFlags;
use crate::cli::{Exit, Failure};

pub use dead_letters::{DeadLettersCommand, ListDeadLettersArgs, MeantDeadLettersArgs};
pub use list::ListEventsArgs;
pub use selected::SelectedEventsArgs;
pub use since::Since;
pub use tail::TailEventsArgs;

/// Commands about events.
#[derive(Debug, Subcommand)]
pub enum EventsCommand {
    /// List stored events: the newest, or all since a place or a time
    List(ListEventsArgs),
    /// Print events as they happen until Ctrl-C, stored ones since a place or a time on first
    Tail(TailEventsArgs),
    /// List, retry and purge the events that a subscriber could not handle
    #[command(subcommand)]
    DeadLetters(DeadLettersCommand),
}

impl EventsCommand {
    /// Does what is asked for.
    ///
    /// # Errors
    /// When neither a node nor its store can be read, or the node refuses.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        match self {
            Self::List(args) => args.run(flags),
            Self::Tail(args) => args.run(flags),
            Self::DeadLetters(command) => command.run(flags),
        }
    }

    /// Tells whether the command may be repeated without a second thought.
    pub(super) fn only_reads(&self) -> bool {
        matches!(self, Self::List(_) | Self::DeadLetters(DeadLettersCommand::List(_)))
    }
}
