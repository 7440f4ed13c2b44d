//! Games: stored once, by the hash of their record, in one log per config.

use std::ops::Range;
use std::path::Path;

use redb::ReadableTable;
use rr_proto::{ConfigKey, GameId, Games, Samples};

use super::{StoreSnapshot, StoreWrite, access};
use crate::{
    GameAppend, GameLogEntry, GameParity, GameRow, GameTotals, NewGame, StorageError, Versioned,
    tables::{ConfigSequence, GAME_LOG, GAME_RECORDS, GAMES, Hash32},
};

/// Fast, and within a tenth of what higher levels reach on game records.
const COMPRESSION_LEVEL: i32 = 3;

impl StoreWrite {
    /// Appends games in the given order; a record that is stored already is passed over.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails; nothing of the transaction is kept then.
    pub fn append_games(&mut self, games: &[NewGame]) -> Result<Vec<GameAppend>, StorageError> {
        let path = self.path();
        let fail = |error: redb::StorageError| StorageError::database(path, error);
        let (mut rows, mut records, mut log) =
            (self.table(GAMES)?, self.table(GAME_RECORDS)?, self.table(GAME_LOG)?);
        let mut results = Vec::with_capacity(games.len());
        for game in games {
            let id = game.id();
            if rows.get(id.as_bytes()).map_err(fail)?.is_some() {
                results.push(GameAppend::Duplicate { id });
                continue;
            }
            let key = game.config.as_str();
            let last =
                access::last(&log, (key, 0)..=(key, u64::MAX), path, |(_, at), (_, samples)| (at, samples))?;
            let (sequence, before) = last.map_or((0, 0), |(at, samples)| (at + 1, samples));
            let record = zstd::bulk::compress(&game.record, COMPRESSION_LEVEL)
                .map_err(|error| StorageError::io("compress a game for", path, error))?;
            let row = Versioned::pack(&describe(game, id, sequence))?;
            rows.insert(id.as_bytes(), row.as_slice()).map_err(fail)?;
            records.insert(id.as_bytes(), record.as_slice()).map_err(fail)?;
            let samples = before.saturating_add(game.samples.get());
            log.insert((key, sequence), (id.as_bytes(), samples)).map_err(fail)?;
            results.push(GameAppend::Stored { id, sequence });
        }
        Ok(results)
    }

    /// Counts the games and samples of a config, those of this transaction included.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn game_totals(&self, config: ConfigKey) -> Result<GameTotals, StorageError> {
        totals(&self.table(GAME_LOG)?, config, self.path())
    }

    /// Records whether a replay reproduced a game. Returns whether the game is stored.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn set_parity(&mut self, id: GameId, parity: GameParity) -> Result<bool, StorageError> {
        let row: Option<GameRow> = access::get_packed(&self.table(GAMES)?, id.as_bytes(), self.path())?;
        let Some(mut row) = row else { return Ok(false) };
        row.parity = parity;
        self.insert_packed(GAMES, id.as_bytes(), &row)?;
        Ok(true)
    }
}

pub(super) fn describe(game: &NewGame, id: GameId, sequence: u64) -> GameRow {
    GameRow {
        id,
        config: game.config,
        sequence,
        plies: game.plies,
        samples: game.samples,
        source: game.source,
        models: game.models.clone(),
        parity: game.parity,
        finished_at: game.finished_at,
        record_bytes: game.record.len() as u64,
    }
}

fn totals(
    log: &impl ReadableTable<ConfigSequence, (Hash32, u64)>,
    config: ConfigKey,
    path: &Path,
) -> Result<GameTotals, StorageError> {
    let key = config.as_str();
    let last = access::last(log, (key, 0)..=(key, u64::MAX), path, |(_, sequence), (_, samples)| {
        GameTotals { games: Games(sequence + 1), samples: Samples(samples) }
    })?;
    Ok(last.unwrap_or_default())
}

impl StoreSnapshot {
    /// Describes a game.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or the row is damaged.
    pub fn game(&self, id: GameId) -> Result<Option<GameRow>, StorageError> {
        access::get_packed(&self.table(GAMES)?, id.as_bytes(), self.path())
    }

    /// Reads a game's record and checks it against the identifier.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] where the bytes are not the record that was stored.
    pub fn game_record(&self, id: GameId) -> Result<Option<Vec<u8>>, StorageError> {
        let Some(row) = self.game(id)? else { return Ok(None) };
        let damaged = |reason: String| StorageError::Corrupt {
            what: format!("the record of game {id} in {}", self.path().display()),
            reason,
            restore: self.path().to_path_buf(),
        };
        let length = usize::try_from(row.record_bytes).map_err(|error| damaged(error.to_string()))?;
        let unpack = |frame: &[u8]| zstd::bulk::decompress(frame, length);
        let record = access::get(&self.table(GAME_RECORDS)?, id.as_bytes(), self.path(), unpack)?
            .ok_or_else(|| damaged("it is missing".to_owned()))?
            .map_err(|error| damaged(error.to_string()))?;
        if GameId::of(&record) != id {
            return Err(damaged("its hash is another one".to_owned()));
        }
        Ok(Some(record))
    }

    /// Lists the games of a config at these places of its log.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn games(&self, config: ConfigKey, places: Range<u64>) -> Result<Vec<GameLogEntry>, StorageError> {
        let key = config.as_str();
        access::scan(
            &self.table(GAME_LOG)?,
            (key, places.start)..(key, places.end),
            usize::MAX,
            self.path(),
            |(_, sequence), (id, samples)| {
                Ok(GameLogEntry { sequence, id: GameId::from_bytes(*id), samples_so_far: Samples(samples) })
            },
        )
    }

    /// Counts the games and samples of a config.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn game_totals(&self, config: ConfigKey) -> Result<GameTotals, StorageError> {
        totals(&self.table(GAME_LOG)?, config, self.path())
    }

    /// Finds the places of the newest games that hold at least `samples` together: the replay window.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn newest_games(&self, config: ConfigKey, samples: Samples) -> Result<Range<u64>, StorageError> {
        let totals = self.game_totals(config)?;
        let keep_after = totals.samples.saturating_sub(samples).get();
        let log = self.table(GAME_LOG)?;
        let key = config.as_str();
        // The running sum rises along the log: the window starts at the first game that ends behind what is left out.
        let (mut low, mut high) = (0, totals.games.get());
        while low < high {
            let middle = low + (high - low) / 2;
            let sum = access::get(&log, (key, middle), self.path(), |(_, sum)| sum)?.unwrap_or(u64::MAX);
            if sum > keep_after {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low..totals.games.get())
    }
}
