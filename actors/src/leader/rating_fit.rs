//! Ratings from the stored match log.

use rr_cluster::{MatchLog, MatchRecord, RatingTable};
use rr_proto::ConfigKey;
use rr_storage::{StorageError, StoreSnapshot};

/// Matches read at a time.
const PAGE: usize = 4096;

/// Reads the match log of a config; rows that name a player this build does not know are passed over with a warning.
///
/// # Errors
/// The storage's, where the database fails or a row is damaged.
pub fn match_log(snapshot: &StoreSnapshot, config: ConfigKey) -> Result<MatchLog, StorageError> {
    let mut log = MatchLog::default();
    let mut from = 0;
    loop {
        let rows = snapshot.matches(config, from, PAGE)?;
        for row in &rows {
            match MatchRecord::from_names(row.id, &row.seats, &row.places) {
                Ok(record) => {
                    log.append(record);
                }
                Err(error) => tracing::warn!(id = %row.id, %error, "a stored match is not rated"),
            }
        }
        if rows.len() < PAGE {
            return Ok(log);
        }
        from += rows.len() as u64;
    }
}

/// Fits the ratings of a config anew.
///
/// # Errors
/// As [`match_log`].
pub fn fit_ratings(snapshot: &StoreSnapshot, config: ConfigKey) -> Result<RatingTable, StorageError> {
    match_log(snapshot, config).map(|log| RatingTable::fit(&log))
}
