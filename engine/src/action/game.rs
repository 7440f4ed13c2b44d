//! The play state as a game that the search can walk over.

use std::cell::RefCell;

use super::{PlayAction, PlayScratch, PlayState};
use crate::search::{Game, Utilities};

thread_local! {
    // Buffers only, emptied before each use: the search's interface has no room to pass them.
    static SCRATCH: RefCell<PlayScratch> = RefCell::new(PlayScratch::new());
}

/// Seats are those that the players took at the start: after sides were swapped, seat 0 plays the second colour (S21), so that whoever
/// swaps is credited with the side taken over.
impl<const W: usize> Game for PlayState<W> {
    type Action = PlayAction;

    fn players(&self) -> usize {
        PlayState::players(self)
    }

    fn mover(&self) -> usize {
        self.sitter(PlayState::mover(self)).index()
    }

    fn is_over(&self) -> bool {
        PlayState::is_over(self)
    }

    fn utilities(&self) -> Utilities {
        let mut utilities = PlayState::utilities(self);
        if self.position().swap_used() {
            utilities.swap(0, 1);
        }
        utilities
    }

    fn actions(&self, out: &mut Vec<PlayAction>) {
        out.clear();
        SCRATCH
            .with_borrow_mut(|scratch| self.each_decision(&mut scratch.moves, |action, _| out.push(action)));
    }

    fn apply(&mut self, action: PlayAction) {
        SCRATCH.with_borrow_mut(|scratch| PlayState::apply(self, action, scratch));
    }

    fn key(&self) -> u64 {
        PlayState::key(self)
    }
}
