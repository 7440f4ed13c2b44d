//! The flags that choose events.

use clap::Args;
use rr_proto::admin::EventSelection;

use super::since::Since;

/// Chooses events; each flag that is given has to hold.
#[derive(Debug, Clone, Args)]
pub struct SelectedEventsArgs {
    /// Only of this topic, such as training; may be given many times
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// Only of this kind, such as MODEL_PROMOTED; may be given many times
    #[arg(long, value_name = "NAME")]
    kind: Vec<String>,
    /// Only about this board config, or about all of them
    #[arg(long, value_name = "CONFIG")]
    config: Option<String>,
    /// Only since a place (1200), a span back from now (10m, 2h) or a moment (2026-02-28T13:05:09Z)
    #[arg(long, value_name = "PLACE|SPAN|MOMENT")]
    pub since: Option<Since>,
}

impl SelectedEventsArgs {
    /// Writes the choice as a node reads it.
    pub fn selection(&self) -> EventSelection {
        let (since_sequence, since_unix_ms) = match self.since {
            None => (None, None),
            Some(Since::Place(place)) => (Some(place), None),
            Some(Since::Moment(moment)) => (None, Some(moment)),
        };
        EventSelection {
            topics: self.topic.clone(),
            kinds: self.kind.clone(),
            config: self.config.clone().unwrap_or_default(),
            since_sequence,
            since_unix_ms,
        }
    }
}
