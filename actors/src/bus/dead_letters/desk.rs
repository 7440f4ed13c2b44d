//! Dead letters as people see them, and the writes that change them.

use std::collections::BTreeSet;

use rr_proto::{EventEnvelope, FailureNote, UnixMillis};
use rr_storage::DeadLetter;

use super::policy::LetterAge;
use crate::error::StoreFailure;
use crate::store::StoreAccess;

/// Chooses dead letters; each condition that is set has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterSelection {
    /// Whose.
    pub subscriber: Option<String>,
    /// Of which event.
    pub sequence: Option<u64>,
}

impl LetterSelection {
    /// Tells whether a letter is meant.
    pub fn includes(&self, subscriber: &str, sequence: u64) -> bool {
        self.subscriber.as_deref().is_none_or(|name| name == subscriber)
            && self.sequence.is_none_or(|asked| asked == sequence)
    }
}

/// Shows a dead letter.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterView {
    /// Who could not handle it.
    pub subscriber: String,
    /// The event's place in the outbox.
    pub sequence: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried again; none once the bus has given it up.
    pub retry_at: Option<UnixMillis>,
    /// Why the last try failed.
    pub failure: FailureNote,
    /// The event; none where this build can't read it.
    pub envelope: Option<EventEnvelope>,
}

/// A letter's name: subscriber and place.
pub(super) type LetterKey = (String, u64);

impl LetterView {
    pub(super) fn key(&self) -> LetterKey {
        (self.subscriber.clone(), self.sequence)
    }

    pub(super) fn age(&self, seen: UnixMillis) -> LetterAge {
        LetterAge {
            attempts: self.attempts,
            given_up: self.retry_at.is_none(),
            raised: self.envelope.as_ref().map(|envelope| envelope.header.time),
            seen,
        }
    }
}

impl From<DeadLetter> for LetterView {
    fn from(letter: DeadLetter) -> Self {
        let DeadLetter { subscriber, sequence, attempts, retry_at, failure, envelope } = letter;
        let envelope = EventEnvelope::from_bytes(&envelope).ok();
        Self { subscriber, sequence, attempts, retry_at, failure, envelope }
    }
}

/// Reads all dead letters that are meant.
pub(super) async fn read(
    store: &StoreAccess,
    selection: &LetterSelection,
) -> Result<Vec<LetterView>, StoreFailure> {
    let letters = store.query("dead letters", |snapshot| snapshot.dead_letters(usize::MAX)).await?;
    let meant = letters.into_iter().filter(|letter| selection.includes(&letter.subscriber, letter.sequence));
    Ok(meant.map(LetterView::from).collect())
}

/// Makes letters due at `now`; returns those that still are there.
pub(super) async fn make_due(
    store: &StoreAccess,
    letters: Vec<LetterKey>,
    now: UnixMillis,
) -> Result<BTreeSet<LetterKey>, StoreFailure> {
    let work = move |write: &mut rr_storage::StoreWrite| {
        let mut due = BTreeSet::new();
        for (subscriber, sequence) in &letters {
            if write.retry_dead_letter(subscriber, *sequence, now)? {
                due.insert((subscriber.clone(), *sequence));
            }
        }
        Ok(due)
    };
    store.commit("retry dead letters", work).await
}

/// Drops letters; returns how many there were.
pub(super) async fn drop_all(store: &StoreAccess, letters: Vec<LetterKey>) -> Result<u64, StoreFailure> {
    let work = move |write: &mut rr_storage::StoreWrite| {
        let mut dropped = 0;
        for (subscriber, sequence) in &letters {
            dropped += u64::from(write.remove_dead_letter(subscriber, *sequence)?);
        }
        Ok(dropped)
    };
    store.commit("purge dead letters", work).await
}
