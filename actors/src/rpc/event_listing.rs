//! Reading events and dead letters from a snapshot of the store, as the administration tells them.

use rr_proto::EventEnvelope;
use rr_proto::admin::{
    DeadLetterRecord, EventRecord, ListDeadLettersRequest, ListDeadLettersResponse, ListEventsRequest,
    ListEventsResponse,
};
use rr_storage::{DeadLetter, OutboxEvent, StoreSnapshot};

use super::event_selection::SelectedEvents;
use super::listing_failure::ListingFailure;
use super::page;

/// Events read at a time.
const CHUNK: u64 = 256;

/// Lists stored events, oldest first unless asked otherwise.
///
/// # Errors
/// [`ListingFailure`], naming what was asked wrongly or what failed.
pub fn list_events(
    snapshot: &StoreSnapshot,
    request: &ListEventsRequest,
) -> Result<ListEventsResponse, ListingFailure> {
    let selected = SelectedEvents::read(request.selection.as_ref())?;
    let listing = ["events", &format!("{:?} {}", request.selection, request.newest_first)];
    let from = page::after(&listing, &request.page_token, |key| key.parse::<u64>().ok())?;
    let size = page::rows(request.page_size);
    let (events, more) = match request.newest_first {
        false => forwards(snapshot, &selected, from.unwrap_or_else(|| selected.first()), size)?,
        true => backwards(snapshot, &selected, from, size)?,
    };
    let next_page_token = more.map_or_else(String::new, |at| page::write_token(&listing, &at.to_string()));
    Ok(ListEventsResponse { events, next_page_token })
}

/// Returns a page and where the next one begins, if there is more.
type EventPage = (Vec<EventRecord>, Option<u64>);

fn forwards(
    snapshot: &StoreSnapshot,
    selected: &SelectedEvents,
    mut from: u64,
    size: usize,
) -> Result<EventPage, ListingFailure> {
    let mut page = Vec::new();
    loop {
        let chunk = snapshot.events(from, CHUNK as usize)?;
        let Some(last) = chunk.last() else { return Ok((page, None)) };
        from = last.sequence + 1;
        for stored in &chunk {
            if page.len() == size {
                return Ok((page, Some(stored.sequence)));
            }
            page.extend(record_if(stored, selected));
        }
    }
}

/// As [`forwards`], towards the oldest; the next page ends before the place that is returned.
fn backwards(
    snapshot: &StoreSnapshot,
    selected: &SelectedEvents,
    end: Option<u64>,
    size: usize,
) -> Result<EventPage, ListingFailure> {
    let mut end = match end {
        Some(end) => end,
        None => snapshot.next_event()?,
    };
    let oldest = snapshot.events(selected.first(), 1)?.first().map_or(end, |event| event.sequence);
    let mut page = Vec::new();
    while end > oldest {
        let start = end.saturating_sub(CHUNK).max(oldest);
        let chunk = snapshot.events(start, (end - start) as usize)?;
        for stored in chunk.iter().rev().filter(|stored| stored.sequence < end) {
            if page.len() == size {
                return Ok((page, Some(stored.sequence + 1)));
            }
            page.extend(record_if(stored, selected));
        }
        end = start;
    }
    Ok((page, None))
}

fn record_if(stored: &OutboxEvent, selected: &SelectedEvents) -> Option<EventRecord> {
    match EventEnvelope::from_bytes(&stored.envelope) {
        Ok(envelope) => selected
            .includes(Some(stored.sequence), &envelope)
            .then(|| record(Some(stored.sequence), &envelope)),
        Err(error) => {
            tracing::warn!(sequence = stored.sequence, %error, "a stored event can't be read");
            None
        }
    }
}

/// Describes an event.
pub(super) fn record(sequence: Option<u64>, envelope: &EventEnvelope) -> EventRecord {
    let EventEnvelope { header, event } = envelope;
    EventRecord {
        sequence,
        id: header.id.to_string(),
        kind: event.name().to_owned(),
        topic: event.area().as_str().to_owned(),
        time_unix_ms: header.time.get(),
        sender: header.sender.to_string(),
        correlation: header.correlation.to_string(),
        config: event.config().map_or_else(String::new, |config| config.to_string()),
        payload_json: event.payload_json().map_or_else(|error| error.to_string(), |json| json.to_string()),
    }
}

/// Lists dead letters by subscriber, oldest first.
///
/// # Errors
/// As [`list_events`].
pub fn list_dead_letters(
    snapshot: &StoreSnapshot,
    request: &ListDeadLettersRequest,
) -> Result<ListDeadLettersResponse, ListingFailure> {
    let mut letters = snapshot.dead_letters(usize::MAX)?;
    letters.retain(|letter| request.subscriber.is_empty() || letter.subscriber == request.subscriber);
    let key = |letter: &DeadLetter| (letter.subscriber.clone(), letter.sequence);
    letters.sort_by_key(key);
    let listing = ["dead letters", request.subscriber.as_str()];
    let after = page::after(&listing, &request.page_token, letter_key)?;
    let token = |letter: &DeadLetter| {
        page::write_token(&listing, &format!("{}/{}", letter.sequence, letter.subscriber))
    };
    let (page, next_page_token) = page::cut(letters, page::rows(request.page_size), after, key, token);
    Ok(ListDeadLettersResponse { letters: page.into_iter().map(letter).collect(), next_page_token })
}

fn letter_key(key: &str) -> Option<(String, u64)> {
    let (sequence, subscriber) = key.split_once('/')?;
    Some((subscriber.to_owned(), sequence.parse().ok()?))
}

fn letter(letter: DeadLetter) -> DeadLetterRecord {
    let event = match EventEnvelope::from_bytes(&letter.envelope) {
        Ok(envelope) => record(Some(letter.sequence), &envelope),
        // Its place is what a person needs to have it purged.
        Err(_) => EventRecord { sequence: Some(letter.sequence), ..EventRecord::default() },
    };
    DeadLetterRecord {
        subscriber: letter.subscriber,
        event: Some(event),
        attempts: letter.attempts,
        retry_unix_ms: letter.retry_at.map(|at| at.get()),
        failure: format!("{}: {}", letter.failure.code, letter.failure.message),
    }
}
