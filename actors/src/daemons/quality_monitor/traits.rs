//! From a stored record to what its score is made from.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use rr_cluster::GameTraits;
use rr_engine::record::{GameRecord, RecordError};
use rr_engine::rules::Move;
use rr_proto::{Plies, Samples};

/// First moves by which games are told apart: two to three turns, in which a policy that has narrowed down repeats itself.
const OPENING_MOVES: usize = 12;

/// Reads the traits of a stored record.
///
/// # Errors
/// Where the bytes hold no record.
pub(super) fn traits_of(record: &[u8]) -> Result<GameTraits, RecordError> {
    let record = GameRecord::from_bytes(record)?;
    let targets = record.searches.iter().filter(|search| search.full && !search.policy.is_empty()).count();
    let opening = &record.moves[..record.moves.len().min(OPENING_MOVES)];
    Ok(GameTraits {
        plies: Plies(record.moves.len() as u64),
        cells: u32::try_from(record.config.board.geometry().cells()).unwrap_or(u32::MAX),
        decisive: record.result.is_some_and(|result| result.winner.is_some()),
        targets: Samples(targets as u64),
        opening: digest(opening),
        moves: digest(&record.moves),
    })
}

/// Stands for moves: equal for equal ones, within one build.
fn digest(moves: &[Move]) -> u64 {
    let mut hasher = DefaultHasher::new();
    moves.hash(&mut hasher);
    hasher.finish()
}
