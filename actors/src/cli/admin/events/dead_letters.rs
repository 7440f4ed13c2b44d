//! `rr-admin events dead-letters`.

use clap::{Args, Subcommand};
use rr_proto::admin::{
    DeadLetterRecord, DeadLetterSelection, ListDeadLettersRequest, PurgeDeadLettersRequest,
    RetryDeadLettersRequest,
};

use super::event_text::moment;
use crate::cli::admin::flags::AdminFlags;
use crate::cli::admin::live_node::LiveNode;
use crate::cli::store::StoreSource;
use crate::cli::{Exit, Failure, TextTable};
use crate::rpc::list_dead_letters;

/// Letters asked for at a time.
const PAGE: u32 = 500;

/// Commands about dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// List them by subscriber, with why the last try failed and when the next one is
    List(ListDeadLettersArgs),
    /// Have them tried again at once
    Retry(MeantDeadLettersArgs),
    /// Delete them: their subscribers never get these events
    Purge(MeantDeadLettersArgs),
}

/// Options of `rr-admin events dead-letters list`.
#[derive(Debug, Args)]
pub struct ListDeadLettersArgs {
    /// Only of this subscriber, such as config/hex8_2p
    #[arg(long, value_name = "NAME")]
    subscriber: Option<String>,
}

/// Says which dead letters are meant.
#[derive(Debug, Args)]
#[group(id = "meant", required = true, multiple = true)]
pub struct MeantDeadLettersArgs {
    /// Those of this subscriber, such as config/hex8_2p
    #[arg(long, value_name = "NAME", group = "meant")]
    subscriber: Option<String>,
    /// Those of the event at this place
    #[arg(long, value_name = "PLACE", group = "meant")]
    event: Option<u64>,
    /// All of them
    #[arg(long, group = "meant", conflicts_with_all = ["subscriber", "event"])]
    all: bool,
}

impl MeantDeadLettersArgs {
    fn selection(&self) -> DeadLetterSelection {
        DeadLetterSelection { subscriber: self.subscriber.clone().unwrap_or_default(), sequence: self.event }
    }
}

impl DeadLettersCommand {
    pub(super) fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        match self {
            Self::List(args) => args.run(flags),
            Self::Retry(args) => {
                let request = RetryDeadLettersRequest { selection: Some(args.selection()) };
                let ask = LiveNode::open(flags)?.ask(|node| async move {
                    node.events().retry_dead_letters(node.request(request)).await
                })?;
                let letters = ask.letters;
                let done = serde_json::json!({ "retried": letters });
                flags.format().print(&done, || format!("{letters} dead letters are tried again\n"))?;
                Ok(Exit::Done)
            }
            Self::Purge(args) => {
                let request = PurgeDeadLettersRequest { selection: Some(args.selection()) };
                let ask = LiveNode::open(flags)?.ask(|node| async move {
                    node.events().purge_dead_letters(node.request(request)).await
                })?;
                let letters = ask.letters;
                let done = serde_json::json!({ "purged": letters });
                flags.format().print(&done, || format!("{letters} dead letters were deleted\n"))?;
                Ok(Exit::Done)
            }
        }
    }
}

impl ListDeadLettersArgs {
    fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let source = StoreSource::open(flags)?;
        let (mut letters, mut page_token): (Vec<DeadLetterRecord>, String) = (Vec::new(), String::new());
        loop {
            let subscriber = self.subscriber.clone().unwrap_or_default();
            let request = ListDeadLettersRequest { subscriber, page_size: PAGE, page_token };
            let asked = request.clone();
            let page = source.read(
                |node| async move { node.events().list_dead_letters(node.request(asked)).await },
                |snapshot| list_dead_letters(snapshot, &request),
            )?;
            letters.extend(page.letters);
            if page.next_page_token.is_empty() {
                break;
            }
            page_token = page.next_page_token;
        }
        flags.format().print(&letters, || table(&letters))?;
        Ok(Exit::Done)
    }
}

fn table(letters: &[DeadLetterRecord]) -> TextTable {
    let mut table = TextTable::new(["subscriber", "place", "event", "attempts", "next try", "failure"]);
    for letter in letters {
        let event = letter.event.as_ref();
        let kind = event.map_or("", |event| event.kind.as_str());
        table.row([
            letter.subscriber.clone(),
            event.and_then(|event| event.sequence).map_or_else(String::new, |place| place.to_string()),
            if kind.is_empty() { "(of another version)" } else { kind }.to_owned(),
            letter.attempts.to_string(),
            letter.retry_unix_ms.map_or_else(|| "given up".to_owned(), moment),
            letter.failure.clone(),
        ]);
    }
    table
}
