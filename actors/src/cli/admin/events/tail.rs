//! `rr-admin events tail`.

use clap::Args;
use rr_proto::admin::{TailEventsRequest, TailEventsResponse};

use super::event_text::line;
use super::selected::SelectedEventsArgs;
use crate::cli::admin::flags::AdminFlags;
use crate::cli::admin::live_node::LiveNode;
use crate::cli::{Exit, Failure};

/// Options of `rr-admin events tail`.
#[derive(Debug, Args)]
pub struct TailEventsArgs {
    #[command(flatten)]
    selected: SelectedEventsArgs,
}

impl TailEventsArgs {
    pub(super) fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let node = LiveNode::open(flags)?;
        let request = TailEventsRequest { selection: Some(self.selected.selection()) };
        node.follow(
            |node| async move { node.events().tail_events(request).await },
            |told| flags.format().print_line(&told, || text(&told)),
        )?;
        Ok(Exit::Done)
    }
}

fn text(told: &TailEventsResponse) -> String {
    let event = told.event.as_ref().map_or_else(String::new, line);
    match told.lost {
        0 => event,
        lost => format!("({lost} reports of progress were lost: they were not read in time)\n{event}"),
    }
}
