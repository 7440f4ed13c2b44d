//! Counting what the store says of a config.

use std::collections::BTreeMap;

use rr_cluster::ConfigCounts;
use rr_engine::record::GameRecord;
use rr_engine::rules::Move;
use rr_proto::{ConfigKey, Games};
use rr_storage::{StorageError, StoreSnapshot};

/// Newest games that are compared with one another.
const COMPARED: u64 = 32;
/// Moves by which two games resemble each other.
const OPENING: usize = 12;

/// Reads the counts of a config; the curriculum's weight is another's.
pub(super) fn counts(snapshot: &StoreSnapshot, config: ConfigKey) -> Result<ConfigCounts, StorageError> {
    let games = snapshot.game_totals(config)?.games;
    let newest = match snapshot.games(config, games.0.saturating_sub(1)..games.0)?.last() {
        Some(entry) => snapshot.game(entry.id)?.map(|row| row.finished_at),
        None => None,
    };
    Ok(ConfigCounts { games, newest, diversity: None, curriculum: 1.0 })
}

/// Returns the share of a config's newest games that open like no other of them; none without games.
pub(super) fn diversity(
    snapshot: &StoreSnapshot,
    config: ConfigKey,
    games: Games,
) -> Result<Option<f64>, StorageError> {
    let mut openings = Vec::new();
    for entry in snapshot.games(config, games.0.saturating_sub(COMPARED)..games.0)? {
        // A record that can't be read resembles nothing; others look after it.
        let record = snapshot.game_record(entry.id)?.and_then(|bytes| GameRecord::from_bytes(&bytes).ok());
        openings.extend(record.map(|record| record.moves.into_iter().take(OPENING).collect::<Vec<Move>>()));
    }
    Ok(share_alone(&openings))
}

/// The share of items that equal no other one.
fn share_alone<T: Ord>(items: &[T]) -> Option<f64> {
    let mut seen: BTreeMap<&T, u32> = BTreeMap::new();
    items.iter().for_each(|item| *seen.entry(item).or_default() += 1);
    let alone = seen.values().filter(|count| **count == 1).count();
    (!items.is_empty()).then(|| alone as f64 / items.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_no_equal_counts() {
        assert_eq!(share_alone::<u8>(&[]), None);
        assert_eq!(share_alone(&[1, 2, 3, 4]), Some(1.0));
        assert_eq!(share_alone(&[1, 1, 2, 3]), Some(0.5));
        assert_eq!(share_alone(&[1, 1, 1]), Some(0.0));
    }
}
