//! When the newest game of a config ended.

use rr_proto::{ConfigKey, UnixMillis};
use rr_storage::{GameOrigin, StorageError, StoreSnapshot};

/// Newest places that are looked at: games are stored in batches, in which the last need not be the newest.
const PLACES: u64 = 64;

/// Returns when the newest game ended that may train; none without any among the newest places.
///
/// # Errors
/// [`StorageError`] where the database fails or a row is damaged.
pub(crate) fn newest_game(
    snapshot: &StoreSnapshot,
    config: ConfigKey,
) -> Result<Option<UnixMillis>, StorageError> {
    let total = snapshot.game_totals(config)?.games.0;
    let mut newest = None;
    for entry in snapshot.games(config, total.saturating_sub(PLACES)..total)? {
        let row = snapshot.game(entry.id)?.filter(|row| row.source != GameOrigin::Arena);
        newest = newest.max(row.map(|row| row.finished_at));
    }
    Ok(newest)
}
