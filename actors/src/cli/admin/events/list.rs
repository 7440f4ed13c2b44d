//! `rr-admin events list`.

use clap::Args;
use rr_proto::admin::{EventRecord, ListEventsRequest};

use super::event_text::moment;
use super::selected::SelectedEventsArgs;
use crate::cli::admin::flags::AdminFlags;
use crate::cli::store::StoreSource;
use crate::cli::{Exit, Failure, TextTable};
use crate::rpc::list_events;

/// Events asked for at a time.
const PAGE: usize = 500;
/// Events that are listed where nothing says how many.
const USUAL: usize = 50;

/// Options of `rr-admin events list`.
#[derive(Debug, Args)]
pub struct ListEventsArgs {
    #[command(flatten)]
    selected: SelectedEventsArgs,
    /// Only so many, the newest (default: 50, or all with --since)
    #[arg(long, value_name = "NUMBER")]
    last: Option<usize>,
}

impl ListEventsArgs {
    pub(super) fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let source = StoreSource::open(flags)?;
        let most = match (self.last, self.selected.since) {
            (Some(last), _) => last,
            (None, None) => USUAL,
            (None, Some(_)) => usize::MAX,
        };
        let (mut events, mut page_token): (Vec<EventRecord>, String) = (Vec::new(), String::new());
        while events.len() < most {
            let request = ListEventsRequest {
                selection: Some(self.selected.selection()),
                page_size: u32::try_from((most - events.len()).min(PAGE)).unwrap_or(u32::MAX),
                page_token,
                newest_first: true,
            };
            let asked = request.clone();
            let page = source.read(
                |node| async move { node.events().list_events(node.request(asked)).await },
                |snapshot| list_events(snapshot, &request),
            )?;
            events.extend(page.events);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        events.reverse();
        flags.format().print(&events, || table(&events))?;
        Ok(Exit::Done)
    }
}

fn table(events: &[EventRecord]) -> TextTable {
    let mut table = TextTable::new(["place", "when", "event", "config", "what"]);
    for event in events {
        table.row([
            event.sequence.map_or_else(String::new, |sequence| sequence.to_string()),
            moment(event.time_unix_ms),
            event.kind.clone(),
            event.config.clone(),
            event.payload_json.clone(),
        ]);
    }
    table
}
