//! Counting what the store says of a config.

use rr_cluster::ConfigCounts;
use rr_proto::ConfigKey;
use rr_storage::{StorageError, StoreSnapshot};

/// Reads the counts of a config, whose weight in the curriculum is another's.
pub(super) fn counts(
    snapshot: &StoreSnapshot,
    config: ConfigKey,
    curriculum: f64,
) -> Result<ConfigCounts, StorageError> {
    let games = snapshot.game_totals(config)?.games;
    let newest = match snapshot.games(config, games.0.saturating_sub(1)..games.0)?.last() {
        Some(entry) => snapshot.game(entry.id)?.map(|row| row.finished_at),
        None => None,
    };
    Ok(ConfigCounts { games, newest, curriculum })
}
