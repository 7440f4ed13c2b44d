//! Which events a caller means.

use rr_config::nearest;
use rr_proto::admin::EventSelection;
use rr_proto::{ConfigKey, Event, EventArea, EventEnvelope, EventKind, UnixMillis};

use super::listing_failure::ListingFailure;
use crate::bus::{EventFilter, StreamRequest, StreamStart};

/// Holds the conditions of a selection, each of which has to hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SelectedEvents {
    filter: EventFilter,
    since: Option<u64>,
    raised: Option<UnixMillis>,
}

impl SelectedEvents {
    /// Reads a selection; none means everything.
    ///
    /// # Errors
    /// [`ListingFailure`] for a topic, a kind or a config that there is not, naming the nearest.
    pub fn read(selection: Option<&EventSelection>) -> Result<Self, ListingFailure> {
        let Some(selection) = selection else {
            return Ok(Self { filter: EventFilter::all(), since: None, raised: None });
        };
        let kinds: Vec<EventKind> =
            selection.kinds.iter().map(|name| kind(name)).collect::<Result<_, _>>()?;
        let areas: Vec<EventArea> =
            selection.topics.iter().map(|name| area(name)).collect::<Result<_, _>>()?;
        let filter = EventFilter::kinds(&kinds).of_areas(&areas);
        let filter = match selection.config.as_str() {
            "" => filter,
            key => filter.about(key.parse::<ConfigKey>()?),
        };
        let raised = selection.since_unix_ms.map(UnixMillis);
        Ok(Self { filter, since: selection.since_sequence, raised })
    }

    /// Returns the first place that may be meant.
    pub fn first(&self) -> u64 {
        self.since.unwrap_or(0)
    }

    /// Tells whether an event is meant.
    pub fn includes(&self, sequence: Option<u64>, envelope: &EventEnvelope) -> bool {
        sequence.is_none_or(|sequence| sequence >= self.first())
            && self.raised.is_none_or(|raised| envelope.header.time >= raised)
            && self.filter.accepts(&envelope.event)
    }

    /// Asks for a stream of them, which begins in the past only where a place or a time is named.
    pub fn stream(&self) -> StreamRequest {
        let start = match (self.since, self.raised) {
            (Some(sequence), _) => StreamStart::At(sequence),
            (None, Some(time)) => StreamStart::Since(time),
            (None, None) => StreamStart::Now,
        };
        StreamRequest { filter: self.filter.clone(), transient: true, ..StreamRequest::from(start) }
    }
}

fn kind(name: &str) -> Result<EventKind, ListingFailure> {
    Event::kind_named(name).ok_or_else(|| {
        let known = Event::KINDS.iter().map(|kind| kind.as_str_name());
        let nearest = nearest(&name.to_ascii_uppercase(), known);
        ListingFailure::Misnamed { what: "event", name: name.to_owned(), nearest }
    })
}

fn area(name: &str) -> Result<EventArea, ListingFailure> {
    let found = EventArea::ALL.into_iter().find(|area| area.as_str().eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let nearest = nearest(&name.to_ascii_lowercase(), EventArea::ALL.into_iter().map(EventArea::as_str));
        ListingFailure::Misnamed { what: "topic", name: name.to_owned(), nearest }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection() -> EventSelection {
        EventSelection { topics: vec!["Training".to_owned()], ..EventSelection::default() }
    }

    #[test]
    fn a_stream_begins_where_the_selection_says() {
        let start = |since_sequence, since_unix_ms| {
            let selection = EventSelection { since_sequence, since_unix_ms, ..selection() };
            SelectedEvents::read(Some(&selection)).unwrap().stream().start
        };
        assert_eq!(start(None, None), StreamStart::Now);
        assert_eq!(start(Some(7), Some(9)), StreamStart::At(7));
        assert_eq!(start(None, Some(9)), StreamStart::Since(UnixMillis(9)));
    }

    #[test]
    fn what_is_misnamed_is_refused_with_the_nearest_name() {
        let refused = |selection: EventSelection| {
            let failure = SelectedEvents::read(Some(&selection)).unwrap_err();
            (failure.code(), failure.to_string())
        };
        let (code, message) = refused(EventSelection { topics: vec!["trainin".to_owned()], ..selection() });
        assert!(code == rr_proto::ErrorCode::NotFound && message.contains("`training`"), "{message}");
        let (_, message) = refused(EventSelection { kinds: vec!["model_promotd".to_owned()], ..selection() });
        assert!(message.contains("`MODEL_PROMOTED`"), "{message}");
        let (code, _) = refused(EventSelection { config: "hex9_2p".to_owned(), ..selection() });
        assert_eq!(code, rr_proto::ErrorCode::UnknownConfig);
    }
}
