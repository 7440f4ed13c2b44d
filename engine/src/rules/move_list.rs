//! A reusable buffer of moves.

use std::ops::Deref;

use super::Move;

/// Collects moves; reused between calls it stops allocating.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoveList {
    moves: Vec<Move>,
}

impl MoveList {
    /// Returns an empty list.
    pub fn new() -> MoveList {
        MoveList::default()
    }

    /// Returns an empty list with room for `n` moves.
    pub fn with_capacity(n: usize) -> MoveList {
        MoveList { moves: Vec::with_capacity(n) }
    }

    /// Forgets all moves and keeps the room.
    #[inline]
    pub fn clear(&mut self) {
        self.moves.clear();
    }

    /// Adds a move.
    #[inline]
    pub fn push(&mut self, mv: Move) {
        self.moves.push(mv);
    }

    /// Keeps the moves for which a test holds.
    pub fn retain(&mut self, keep: impl FnMut(&Move) -> bool) {
        self.moves.retain(keep);
    }

    /// Returns the moves.
    #[inline]
    pub fn as_slice(&self) -> &[Move] {
        &self.moves
    }
}

impl Deref for MoveList {
    type Target = [Move];

    #[inline]
    fn deref(&self) -> &[Move] {
        &self.moves
    }
}

impl<'a> IntoIterator for &'a MoveList {
    type Item = &'a Move;
    type IntoIter = std::slice::Iter<'a, Move>;

    fn into_iter(self) -> Self::IntoIter {
        self.moves.iter()
    }
}
