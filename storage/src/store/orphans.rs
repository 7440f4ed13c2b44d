//! Games that are stored and not listed: found in bounded stretches, and listed again.

use std::ops::Bound;

use rr_proto::GameId;

use super::games::describe;
use super::{StoreSnapshot, StoreWrite, access};
use crate::{
    GameAppend, GameRow, NewGame, StorageError,
    tables::{GAME_LOG, GAME_RECORDS, GAMES},
};

/// Says what is missing of a stored game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GameGap {
    /// Its record is there, and nothing describes it.
    Undescribed,
    /// It is described, and its config's log does not list it.
    Unlisted,
    /// It is described, and its record is gone.
    Unrecorded,
}

/// Holds what a stretch of the stored games came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GameStretch {
    /// How many games were looked at.
    pub looked_at: u64,
    /// The games of which something is missing.
    pub gaps: Vec<(GameId, GameGap)>,
    /// Where the next stretch begins; none after the last one.
    pub next: Option<GameId>,
}

impl StoreSnapshot {
    /// Looks at `limit` games from `from` on, by identifier: records and descriptions in one order.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or a row is damaged.
    pub fn game_gaps(&self, from: Option<GameId>, limit: usize) -> Result<GameStretch, StorageError> {
        let (games, records, log) = (self.table(GAMES)?, self.table(GAME_RECORDS)?, self.table(GAME_LOG)?);
        let start = from.map(|id| *id.as_bytes());
        let range = || {
            let bound = start.as_ref().map_or(Bound::Unbounded, Bound::Included);
            (bound, Bound::<&[u8; 32]>::Unbounded)
        };
        let ask = limit.saturating_add(1);
        let path = self.path();
        let recorded = access::scan::<_, _, &[u8; 32], _>(&records, range(), ask, path, |id, _| Ok(*id))?;
        let described = access::scan::<_, _, &[u8; 32], _>(&games, range(), ask, path, |id, _| Ok(*id))?;
        // Both lists end somewhere: beyond the nearer end the other one has not looked.
        let end = |ids: &Vec<[u8; 32]>| if ids.len() == ask { ids.last().copied() } else { None };
        let next = match (end(&recorded), end(&described)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let within = |id: &&[u8; 32]| next.is_none_or(|next| **id < next);
        let mut stretch = GameStretch { next: next.map(GameId::from_bytes), ..GameStretch::default() };
        for id in recorded.iter().filter(within) {
            stretch.looked_at += 1;
            if described.binary_search(id).is_err() {
                stretch.gaps.push((GameId::from_bytes(*id), GameGap::Undescribed));
            }
        }
        for id in described.iter().filter(within) {
            let game = GameId::from_bytes(*id);
            if recorded.binary_search(id).is_err() {
                stretch.gaps.push((game, GameGap::Unrecorded));
                continue;
            }
            let Some(row) = access::get_packed::<_, GameRow>(&games, id, path)? else { continue };
            let listed = access::get(&log, (row.config.as_str(), row.sequence), path, |(id, _)| *id)?;
            if listed.as_ref() != Some(id) {
                stretch.gaps.push((game, GameGap::Unlisted));
            }
        }
        Ok(stretch)
    }

    /// Reads the record of a game that nothing describes, and checks it against its identifier; none where it is damaged or gone.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn undescribed_record(&self, id: GameId) -> Result<Option<Vec<u8>>, StorageError> {
        let unpack = |frame: &[u8]| zstd::stream::decode_all(frame).ok();
        let record = access::get(&self.table(GAME_RECORDS)?, id.as_bytes(), self.path(), unpack)?;
        Ok(record.flatten().filter(|record| GameId::of(record) == id))
    }

    /// Returns the bytes under which a game's record lies, whole or damaged, for a quarantine.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn raw_record(&self, id: GameId) -> Result<Option<Vec<u8>>, StorageError> {
        access::get(&self.table(GAME_RECORDS)?, id.as_bytes(), self.path(), <[u8]>::to_vec)
    }
}

impl StoreWrite {
    /// Describes a game again whose record is stored, at its place in its config's log, or at the end where the log does not list it.
    /// Returns whether it did so.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn adopt_game(&mut self, game: &NewGame) -> Result<bool, StorageError> {
        let (path, id, key) = (self.path(), game.id(), game.config.as_str());
        if access::get(&self.table(GAMES)?, id.as_bytes(), path, |_| ())?.is_some() {
            return Ok(false);
        }
        let listed = access::scan(
            &self.table(GAME_LOG)?,
            (key, 0)..=(key, u64::MAX),
            usize::MAX,
            path,
            |(_, sequence), (listed, _)| Ok((listed == id.as_bytes()).then_some(sequence)),
        )?;
        let Some(sequence) = listed.into_iter().flatten().next() else {
            // Its record is written again, over the same bytes.
            return Ok(matches!(
                self.append_games(std::slice::from_ref(game))?[..],
                [GameAppend::Stored { .. }]
            ));
        };
        self.insert_packed(GAMES, id.as_bytes(), &describe(game, id, sequence))?;
        Ok(true)
    }

    /// Lists a described game at the end of its config's log, where the log does not list it. Returns whether it did so.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn relist_game(&mut self, id: GameId) -> Result<bool, StorageError> {
        let path = self.path();
        let fail = |error: redb::StorageError| StorageError::database(path, error);
        let Some(mut row) = access::get_packed::<_, GameRow>(&self.table(GAMES)?, id.as_bytes(), path)?
        else {
            return Ok(false);
        };
        let mut log = self.table(GAME_LOG)?;
        let key = row.config.as_str();
        let listed = access::get(&log, (key, row.sequence), path, |(id, _)| *id)?;
        if listed.as_ref() == Some(id.as_bytes()) {
            return Ok(false);
        }
        let last =
            access::last(&log, (key, 0)..=(key, u64::MAX), path, |(_, at), (_, samples)| (at, samples))?;
        let (sequence, before) = last.map_or((0, 0), |(at, samples)| (at + 1, samples));
        log.insert((key, sequence), (id.as_bytes(), before.saturating_add(row.samples.get())))
            .map_err(fail)?;
        drop(log);
        row.sequence = sequence;
        self.insert_packed(GAMES, id.as_bytes(), &row)?;
        Ok(true)
    }
}
