//! Placements.

use crate::{
    board::{Cell, CellSet},
    rules::{Move, MoveKind, MoveList, Player, Position},
};

impl<const W: usize> Position<W> {
    /// Returns how many rings a player may still put on the board: the supply cap counts own rings (S19).
    #[inline]
    fn placeable(&self, player: Player) -> u16 {
        let cap = self.rules.rings_per_player.saturating_sub(self.board.rings_on_board(player));
        cap.min(self.in_hand[player.index()])
    }

    /// Returns the cells that are neither collapsed nor marked.
    #[inline]
    fn open_cells(&self) -> CellSet<W> {
        let taken = *self.board.all_collapsed() | *self.board.all_markers();
        self.geometry.full_set::<W>().without(&taken)
    }

    pub(super) fn list_placements(&self, out: &mut MoveList) {
        let mover = self.mover;
        let most = self.placeable(mover).min(3);
        if most > 0 {
            let blocked = self.blockers();
            let wanted = (2u32 << most) - 2;
            for cell in self.open_cells() {
                self.list_placements_on(cell, wanted, &blocked, out);
            }
        }
        if self.in_hand[mover.index()] > 0 && self.may_skip_placement(mover) {
            out.push(Move::bare(MoveKind::SkipPlacement));
        }
        if self.swap_offered() {
            out.push(Move::bare(MoveKind::SwapSides));
        }
        if out.is_empty() {
            out.push(Move::bare(MoveKind::NoPlacementAction));
        }
    }

    #[inline]
    fn list_placements_on(&self, cell: Cell, wanted: u32, blocked: &CellSet<W>, out: &mut MoveList) {
        if self.board.stacks().contains(cell) {
            if self.may_place_on_stack(cell, self.mover, blocked) {
                out.push(Move::place(cell, 1));
            }
            return;
        }
        // S4: every count is judged by itself, but only where a single ring is legal.
        let live = self.live_heights(cell, wanted, 0, blocked);
        if live & 2 != 0 {
            for n in 1..=3 {
                if live >> n & 1 != 0 {
                    out.push(Move::place(cell, n));
                }
            }
        }
    }

    fn may_place_on_stack(&self, cell: Cell, player: Player, blocked: &CellSet<W>) -> bool {
        let height = usize::from(self.board.height(cell)) + 1;
        if height > 30 {
            return false;
        }
        let cap = if self.board.owner(cell) == player { usize::from(self.board.cap(cell)) + 1 } else { 1 };
        self.live_heights(cell, 1 << height, height - cap, blocked) != 0
    }

    /// Returns whether a player can place a ring anywhere.
    pub(in crate::rules) fn has_placement(&self, player: Player) -> bool {
        if self.placeable(player) == 0 {
            return false;
        }
        let blocked = self.blockers();
        self.open_cells().iter().any(|cell| {
            if self.board.stacks().contains(cell) {
                self.may_place_on_stack(cell, player, &blocked)
            } else {
                self.live_heights(cell, 2, 0, &blocked) != 0
            }
        })
    }

    /// Returns whether a player with rings in hand may decline to place (S18).
    fn may_skip_placement(&self, player: Player) -> bool {
        if self.board.controlled(player).is_empty() {
            self.is_recovery_eligible(player)
        } else {
            self.has_movement(player)
        }
    }
}
