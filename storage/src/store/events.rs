//! The durable outbox: append, cursors, dead letters.

use rr_proto::{Sha256Digest, UnixMillis};

use super::{StoreSnapshot, StoreWrite, access};
use crate::{
    DeadLetter, EventAppend, OutboxEvent, StorageError, Versioned,
    tables::{DEAD_LETTERS, EVENT_COUNTERS, EVENT_CURSORS, EVENT_HASH_ORDER, EVENT_HASHES, EVENTS},
};

const NEXT: &str = "next";

impl StoreWrite {
    /// Appends an encoded envelope, unless an event with the same hash is among the newest.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn append_event(&mut self, hash: Sha256Digest, envelope: &[u8]) -> Result<EventAppend, StorageError> {
        let path = self.path();
        let fail = |error: redb::StorageError| StorageError::database(path, error);
        let (mut hashes, mut order) = (self.table(EVENT_HASHES)?, self.table(EVENT_HASH_ORDER)?);
        if let Some(sequence) = access::get(&hashes, hash.as_bytes(), path, |sequence| sequence)? {
            return Ok(EventAppend::Duplicate { sequence });
        }
        let mut counters = self.table(EVENT_COUNTERS)?;
        let sequence = access::get(&counters, NEXT, path, |next| next)?.unwrap_or(0);
        counters.insert(NEXT, sequence + 1).map_err(fail)?;
        self.table(EVENTS)?.insert(sequence, envelope).map_err(fail)?;
        hashes.insert(hash.as_bytes(), sequence).map_err(fail)?;
        order.insert(sequence, hash.as_bytes()).map_err(fail)?;
        let oldest = (sequence + 1).saturating_sub(self.dedup_window);
        let forgotten =
            access::scan(&order, 0..oldest, usize::MAX, path, |sequence, hash| Ok((sequence, *hash)))?;
        for (sequence, hash) in forgotten {
            order.remove(sequence).map_err(fail)?;
            hashes.remove(&hash).map_err(fail)?;
        }
        Ok(EventAppend::Stored { sequence })
    }

    /// Registers a subscriber and returns its cursor: `first` for a new one, what is stored for a known one.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn subscribe(&mut self, subscriber: &str, first: u64) -> Result<u64, StorageError> {
        let path = self.path();
        let mut cursors = self.table(EVENT_CURSORS)?;
        if let Some(cursor) = access::get(&cursors, subscriber, path, |cursor| cursor)? {
            return Ok(cursor);
        }
        cursors.insert(subscriber, first).map_err(|error| StorageError::database(path, error))?;
        Ok(first)
    }

    /// Moves a subscriber's cursor forward to `next`, the first event that it has not handled. It never moves back.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn advance_cursor(&mut self, subscriber: &str, next: u64) -> Result<(), StorageError> {
        let path = self.path();
        let mut cursors = self.table(EVENT_CURSORS)?;
        let current = access::get(&cursors, subscriber, path, |cursor| cursor)?.unwrap_or(0);
        if next > current {
            cursors.insert(subscriber, next).map_err(|error| StorageError::database(path, error))?;
        }
        Ok(())
    }

    /// Forgets a subscriber, so that it holds nothing back any more.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn unsubscribe(&mut self, subscriber: &str) -> Result<(), StorageError> {
        let path = self.path();
        self.table(EVENT_CURSORS)?.remove(subscriber).map_err(|error| StorageError::database(path, error))?;
        Ok(())
    }

    /// Deletes old events that every subscriber has handled, except the newest `keep`. Returns how many.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn trim_events(&mut self, keep: u64) -> Result<u64, StorageError> {
        let path = self.path();
        let fail = |error: redb::StorageError| StorageError::database(path, error);
        let next = access::get(&self.table(EVENT_COUNTERS)?, NEXT, path, |next| next)?.unwrap_or(0);
        let cursors =
            access::scan::<_, _, &str, _>(&self.table(EVENT_CURSORS)?, .., usize::MAX, path, |_, cursor| {
                Ok(cursor)
            })?;
        let handled = cursors.into_iter().min().unwrap_or(next);
        let end = handled.min(next.saturating_sub(keep));
        let mut events = self.table(EVENTS)?;
        let old = access::scan(&events, 0..end, usize::MAX, path, |sequence, _| Ok(sequence))?;
        for sequence in &old {
            events.remove(sequence).map_err(fail)?;
        }
        Ok(old.len() as u64)
    }

    /// Stores an event that a subscriber could not handle, or replaces its last try.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn put_dead_letter(&mut self, letter: &DeadLetter) -> Result<(), StorageError> {
        self.insert_packed(DEAD_LETTERS, (letter.subscriber.as_str(), letter.sequence), letter)
    }

    /// Replaces the last try of a dead letter, unless it is gone. Returns whether it was there.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn replace_dead_letter(&mut self, letter: &DeadLetter) -> Result<bool, StorageError> {
        let there = self.dead_letter(&letter.subscriber, letter.sequence)?.is_some();
        if there {
            self.put_dead_letter(letter)?;
        }
        Ok(there)
    }

    /// Lets a dead letter be tried again at a time, unless it is gone. Returns whether it was there.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or the letter is damaged.
    pub fn retry_dead_letter(
        &mut self,
        subscriber: &str,
        sequence: u64,
        at: UnixMillis,
    ) -> Result<bool, StorageError> {
        let Some(letter) = self.dead_letter(subscriber, sequence)? else { return Ok(false) };
        self.put_dead_letter(&DeadLetter { retry_at: Some(at), ..letter })?;
        Ok(true)
    }

    fn dead_letter(&self, subscriber: &str, sequence: u64) -> Result<Option<DeadLetter>, StorageError> {
        access::get_packed(&self.table(DEAD_LETTERS)?, (subscriber, sequence), self.path())
    }

    /// Deletes a dead letter: it was handled at last, or a person gave it up. Returns whether there was one.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn remove_dead_letter(&mut self, subscriber: &str, sequence: u64) -> Result<bool, StorageError> {
        let path = self.path();
        let mut letters = self.table(DEAD_LETTERS)?;
        let removed =
            letters.remove((subscriber, sequence)).map_err(|error| StorageError::database(path, error))?;
        Ok(removed.is_some())
    }
}

impl StoreSnapshot {
    /// Lists stored events from a place on, at most `limit`.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn events(&self, from: u64, limit: usize) -> Result<Vec<OutboxEvent>, StorageError> {
        access::scan(&self.table(EVENTS)?, from.., limit, self.path(), |sequence, envelope| {
            Ok(OutboxEvent { sequence, envelope: envelope.to_vec() })
        })
    }

    /// Returns the place that the next event will get.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn next_event(&self) -> Result<u64, StorageError> {
        Ok(access::get(&self.table(EVENT_COUNTERS)?, NEXT, self.path(), |next| next)?.unwrap_or(0))
    }

    /// Returns a subscriber's cursor.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn cursor(&self, subscriber: &str) -> Result<Option<u64>, StorageError> {
        access::get(&self.table(EVENT_CURSORS)?, subscriber, self.path(), |cursor| cursor)
    }

    /// Lists the dead letters of all subscribers, at most `limit`.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or one is damaged.
    pub fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, StorageError> {
        access::scan::<_, _, (&str, u64), _>(
            &self.table(DEAD_LETTERS)?,
            ..,
            limit,
            self.path(),
            |_, bytes| Versioned::unpack(bytes, self.path()),
        )
    }
}
