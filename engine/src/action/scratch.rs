//! Buffers of play.

use crate::rules::{Move, MoveList};

/// Holds the buffers that [`PlayState`](super::PlayState) needs while it plays; reused between calls it stops allocating.
#[derive(Debug, Clone, Default)]
pub struct PlayScratch {
    pub(super) moves: MoveList,
    pub(super) played: Vec<Move>,
}

impl PlayScratch {
    /// Returns empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the moves that the last call played, forced ones included, in order.
    pub fn played(&self) -> &[Move] {
        &self.played
    }
}
