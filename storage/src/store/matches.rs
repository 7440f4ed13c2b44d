//! The match log: only ever appended to, each match once.

use redb::ReadableTable as _;
use rr_proto::{ConfigKey, Games, MatchId};

use super::{StoreSnapshot, StoreWrite, access};
use crate::{
    MatchAppend, MatchRow, StorageError, Versioned,
    tables::{MATCH_IDS, MATCHES},
};

impl StoreWrite {
    /// Appends a match; one that is recorded already changes nothing.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn append_match(&mut self, row: &MatchRow) -> Result<MatchAppend, StorageError> {
        let path = self.path();
        let fail = |error: redb::StorageError| StorageError::database(path, error);
        let mut ids = self.table(MATCH_IDS)?;
        if ids.get(row.id.as_bytes()).map_err(fail)?.is_some() {
            return Ok(MatchAppend::Duplicate);
        }
        let mut log = self.table(MATCHES)?;
        let key = row.config.as_str();
        let sequence = access::next_sequence(&log, key, path)?;
        log.insert((key, sequence), Versioned::pack(row)?.as_slice()).map_err(fail)?;
        ids.insert(row.id.as_bytes(), (key, sequence)).map_err(fail)?;
        Ok(MatchAppend::Stored { sequence })
    }
}

impl StoreSnapshot {
    /// Lists the matches of a config from a place of its log on, at most `limit`.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or a row is damaged.
    pub fn matches(&self, config: ConfigKey, from: u64, limit: usize) -> Result<Vec<MatchRow>, StorageError> {
        let key = config.as_str();
        access::scan(&self.table(MATCHES)?, (key, from)..=(key, u64::MAX), limit, self.path(), |_, bytes| {
            Versioned::unpack(bytes, self.path())
        })
    }

    /// Counts the matches of a config.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn match_count(&self, config: ConfigKey) -> Result<Games, StorageError> {
        access::next_sequence(&self.table(MATCHES)?, config.as_str(), self.path()).map(Games)
    }

    /// Says whether a match is recorded.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn has_match(&self, id: MatchId) -> Result<bool, StorageError> {
        Ok(access::get(&self.table(MATCH_IDS)?, id.as_bytes(), self.path(), |_| ())?.is_some())
    }
}
