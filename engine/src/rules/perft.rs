//! Counting move sequences.

use super::{MoveList, Position};

/// Counts the legal sequences of exactly `depth` plies; bookkeeping plies count, moves that cannot be played
/// (S10) do not.
pub fn perft<const W: usize>(position: &Position<W>, depth: u32) -> u64 {
    let mut lists: Vec<MoveList> = (0..depth).map(|_| MoveList::new()).collect();
    count(position, &mut lists)
}

fn count<const W: usize>(position: &Position<W>, lists: &mut [MoveList]) -> u64 {
    let Some((list, deeper)) = lists.split_first_mut() else { return 1 };
    position.legal_moves(list);
    let playable = list.iter().filter(|m| !position.is_failing(**m));
    if deeper.is_empty() {
        return playable.count() as u64;
    }
    let mut total = 0;
    for &mv in playable {
        let mut next = position.clone();
        next.apply(mv);
        total += count(&next, deeper);
    }
    total
}
