//! What moves do to the board.

use crate::{
    board::{Cell, CellSet},
    rules::{Move, Position, RecoveryMode, generate::RecoveryPlan},
};

impl<const W: usize> Position<W> {
    pub(super) fn place_rings(&mut self, mv: Move) {
        let (mover, n) = (self.mover, u16::from(mv.n));
        self.in_hand[mover.index()] -= n;
        self.board.push_top(mv.to, mover, n);
    }

    /// Marks what a stack passes: own markers collapse, others are flipped (S20). Returns how many collapsed.
    fn pass_over(&mut self, cells: &[Cell]) -> u16 {
        let mut collapsed = 0;
        for &cell in cells {
            if !self.board.all_markers().contains(cell) {
                continue;
            }
            if self.board.remove_marker(cell) == Some(self.mover) {
                self.board.collapse(cell, self.mover);
                collapsed += 1;
            } else {
                self.board.set_marker(cell, self.mover);
            }
        }
        collapsed
    }

    /// Lands a stack; a marker there goes, with the stack's top ring (S20).
    fn land(&mut self, to: Cell, rings: u64, height: u16) {
        if self.board.remove_marker(to).is_none() {
            return self.board.put(to, rings, height);
        }
        // The order of insertion is that of the landing, before the ring is lost (S9): only the last entry
        // matters, so writing the rest is enough.
        let owner = self.board.owner_of(rings, height);
        self.board.uncount(owner, 1);
        self.eliminated[owner.index()] += 1;
        if height > 1 {
            self.board.put(to, rings & ((1 << (2 * (height - 1))) - 1), height - 1);
        }
    }

    pub(super) fn move_stack(&mut self, mv: Move) {
        let Some((d, n)) = self.geometry.direction_to(mv.from, mv.to) else { return };
        let (rings, height) = (self.board.inline_rings(mv.from), self.board.height(mv.from));
        self.board.put(mv.from, 0, 0);
        self.board.set_marker(mv.from, self.mover);
        let collapsed = self.pass_over(&self.geometry.ray(mv.from, d)[..n - 1]);
        self.territory[self.mover.index()] += collapsed;
        self.land(mv.to, rings, height);
    }

    pub(super) fn capture(&mut self, mv: Move) {
        let Some((d, n)) = self.geometry.direction_to(mv.from, mv.to) else { return };
        let (rings, height) = (self.board.inline_rings(mv.from), self.board.height(mv.from));
        self.board.put(mv.from, 0, 0);
        self.board.set_marker(mv.from, self.mover);
        // S8: what captures collapse is not counted as territory.
        self.pass_over(&self.geometry.ray(mv.from, d)[..n - 1]);
        let captured = self.board.pop_top(mv.via);
        self.board.recount(captured);
        self.land(mv.to, rings << 2 | u64::from(captured.0), height + 1);
        if self.board.height(mv.via) > 0 {
            // S9: what is left of the captured stack is inserted anew, after the landing stack.
            self.board.restamp(mv.via);
        }
    }

    /// Collapses cells to the mover and counts them as territory.
    pub(super) fn collapse_cells(&mut self, cells: &CellSet<W>) {
        for cell in *cells {
            self.board.remove_marker(cell);
            self.board.collapse(cell, self.mover);
        }
        self.territory[self.mover.index()] += cells.len() as u16;
    }

    pub(super) fn recover(&mut self, mv: Move) {
        let Some(RecoveryPlan { collapse, extract }) = self.recovery_plan(mv) else { return };
        self.board.remove_marker(mv.from);
        if mv.recovery_mode() == Some(RecoveryMode::StackStrike) {
            self.board.pop_top(mv.to);
            self.eliminated[self.mover.index()] += 1;
        } else {
            self.board.set_marker(mv.to, self.mover);
        }
        self.collapse_cells(&collapse);
        if let Some(cell) = extract {
            // A strike may have bared the very ring: it is taken all the same.
            let taken = self.board.extract_lowest(cell, self.mover);
            self.eliminated[self.mover.index()] += u16::from(taken);
        }
    }

    /// Takes a region: all rings inside go to the mover's credit, inside and border collapse (S7).
    pub(super) fn take_region(&mut self, region: &CellSet<W>) {
        let border = self.region_border_markers(region);
        for cell in *region & *self.board.stacks() {
            self.eliminated[self.mover.index()] += self.board.remove_stack(cell);
        }
        self.collapse_cells(&(*region | border));
    }
}
