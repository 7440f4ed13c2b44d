//! Changes to what lies on the board.

use super::{
    BoardState, MAX_PLAYERS, Player,
    board_state::REPEAT_TWO_BITS,
    stack::INLINE_RINGS,
    zobrist::{collapsed_key, marker_key, stack_key},
};
use crate::board::Cell;

impl<const W: usize> BoardState<W> {
    /// Writes a stack of at most 32 rings, or none; keeps its place in the insertion order where one was.
    #[inline]
    pub(super) fn put(&mut self, cell: Cell, rings: u64, height: u16) {
        debug_assert!(height <= INLINE_RINGS);
        let (k, i) = (cell.index() / 64 % W, cell.index() % 64);
        let old = self.heights[k][i];
        if old > 0 {
            self.key ^= self.cell_key(cell);
            self.control[self.owner(cell).index()].remove(cell);
            if old > INLINE_RINGS {
                self.tall.retain(|(c, _)| *c != cell);
            }
        }
        self.rings[k][i] = rings;
        self.heights[k][i] = height;
        if height == 0 {
            self.stacks.remove(cell);
            return;
        }
        self.key ^= stack_key(cell, rings, height);
        self.control[(rings >> (2 * (height - 1)) & 3) as usize].insert(cell);
        if old == 0 {
            self.stacks.insert(cell);
            self.restamp(cell);
        }
    }

    /// Puts a stack at the end of the insertion order (S9).
    #[inline]
    pub(super) fn restamp(&mut self, cell: Cell) {
        if self.next_stamp == u16::MAX {
            self.renumber();
        }
        self.stamps[cell.index() / 64 % W][cell.index() % 64] = self.next_stamp;
        self.next_stamp += 1;
    }

    #[cold]
    fn renumber(&mut self) {
        let mut ranks = [[0u16; 64]; W];
        for cell in self.stacks {
            let older = self.stacks.iter().filter(|&c| self.stamp(c) < self.stamp(cell)).count();
            ranks[cell.index() / 64 % W][cell.index() % 64] = older as u16;
        }
        self.stamps = ranks;
        self.next_stamp = self.stacks.len() as u16;
    }

    /// Writes a stack of any height from its rings, bottom first, and counts them.
    pub(crate) fn set_stack(&mut self, cell: Cell, owners: &[u8]) {
        if let Some(old) = self.stack(cell) {
            let counts: [u16; MAX_PLAYERS] = std::array::from_fn(|p| old.count(Player(p as u8)));
            (0..MAX_PLAYERS).for_each(|p| self.on_board[p] -= counts[p]);
        }
        let deep = owners.len().saturating_sub(usize::from(INLINE_RINGS));
        let inline = &owners[deep..];
        let rings = inline.iter().rev().fold(0, |word, &o| word << 2 | u64::from(o));
        self.put(cell, rings, inline.len() as u16);
        if deep > 0 {
            self.key ^= self.cell_key(cell);
            self.tall.push((cell, owners[..deep].to_vec()));
            self.tall.sort_unstable_by_key(|(c, _)| *c);
            self.heights[cell.index() / 64 % W][cell.index() % 64] = owners.len() as u16;
            self.key ^= self.cell_key(cell);
        }
        owners.iter().for_each(|&o| self.on_board[usize::from(o) % MAX_PLAYERS] += 1);
    }

    #[cold]
    fn edit_tall(&mut self, cell: Cell, edit: impl FnOnce(&mut Vec<u8>)) {
        let mut owners: Vec<u8> =
            self.stack(cell).into_iter().flat_map(|s| s.rings().map(|p| p.0).collect::<Vec<_>>()).collect();
        edit(&mut owners);
        self.set_stack(cell, &owners);
    }

    /// Puts `n` rings of a player on top of a stack or on an empty cell.
    #[inline]
    pub(super) fn push_top(&mut self, cell: Cell, player: Player, n: u16) {
        let height = self.height(cell);
        if height + n > INLINE_RINGS {
            return self.edit_tall(cell, |owners| owners.extend((0..n).map(|_| player.0)));
        }
        let added = (u64::from(player.0) * REPEAT_TWO_BITS) & ((1 << (2 * n)) - 1);
        self.put(cell, self.inline_rings(cell) | added << (2 * height), height + n);
        self.on_board[player.index()] += n;
    }

    /// Takes the top ring off a stack and returns its owner.
    #[inline]
    pub(crate) fn pop_top(&mut self, cell: Cell) -> Player {
        let (owner, height) = (self.owner(cell), self.height(cell));
        if height > INLINE_RINGS {
            self.edit_tall(cell, |owners| owners.truncate(usize::from(height) - 1));
        } else if height > 0 {
            self.put(cell, self.inline_rings(cell) & !(3 << (2 * (height - 1))), height - 1);
            self.on_board[owner.index()] -= 1;
        }
        owner
    }

    /// Takes the whole cap off a stack and returns how many rings that were.
    pub(crate) fn pop_cap(&mut self, cell: Cell) -> u16 {
        let (owner, cap, height) = (self.owner(cell), self.cap(cell), self.height(cell));
        if height > INLINE_RINGS {
            self.edit_tall(cell, |owners| owners.truncate(usize::from(height - cap)));
        } else if height > 0 {
            let left = height - cap;
            self.put(cell, self.inline_rings(cell) & ((1 << (2 * left)) - 1), left);
            self.on_board[owner.index()] -= cap;
        }
        cap
    }

    /// Takes out the lowest ring of a player; returns whether there was one.
    pub(crate) fn extract_lowest(&mut self, cell: Cell, player: Player) -> bool {
        let height = self.height(cell);
        let Some(i) = self.stack(cell).and_then(|s| s.rings().position(|o| o == player)) else {
            return false;
        };
        if height > INLINE_RINGS {
            self.edit_tall(cell, |owners| {
                owners.remove(i);
            });
        } else {
            let (rings, low) = (self.inline_rings(cell), (1u64 << (2 * i)) - 1);
            // Two shifts: one by 64 would be out of range for the 32nd ring.
            let above = rings >> (2 * i) >> 2;
            self.put(cell, rings & low | above << (2 * i), height - 1);
            self.on_board[player.index()] -= 1;
        }
        true
    }

    /// Takes out the lowest ring of a player that is not the top ring; returns whether there was one.
    pub(super) fn extract_buried(&mut self, cell: Cell, player: Player) -> bool {
        self.buries(cell, player) && self.extract_lowest(cell, player)
    }

    /// Removes a whole stack and returns its height.
    pub(crate) fn remove_stack(&mut self, cell: Cell) -> u16 {
        let Some(stack) = self.stack(cell) else { return 0 };
        let height = stack.height;
        let counts: [u16; MAX_PLAYERS] = std::array::from_fn(|p| stack.count(Player(p as u8)));
        (0..MAX_PLAYERS).for_each(|p| self.on_board[p] -= counts[p]);
        self.put(cell, 0, 0);
        height
    }

    /// Returns the top owner of inline rings.
    #[inline]
    pub(super) fn owner_of(&self, rings: u64, height: u16) -> Player {
        Player((rings >> (2 * (height.max(1) - 1)) & 3) as u8)
    }

    /// Raises the count of a colour by a ring that moved from one stack to another.
    #[inline]
    pub(super) fn recount(&mut self, player: Player) {
        self.on_board[player.index() % MAX_PLAYERS] += 1;
    }

    /// Lowers the count of a colour by rings that left with a stack rewritten by [`Self::put`].
    #[inline]
    pub(super) fn uncount(&mut self, player: Player, n: u16) {
        self.on_board[player.index() % MAX_PLAYERS] -= n;
    }

    /// Puts a marker on a cell, over any other.
    #[inline]
    pub(crate) fn set_marker(&mut self, cell: Cell, player: Player) {
        self.remove_marker(cell);
        self.marked.insert(cell);
        self.markers[player.index()].insert(cell);
        self.key ^= marker_key(cell, player.index());
    }

    /// Takes the marker off a cell, if there is one, and returns its owner.
    #[inline]
    pub(super) fn remove_marker(&mut self, cell: Cell) -> Option<Player> {
        let owner = self.marker(cell)?;
        self.marked.remove(cell);
        self.markers[owner.index()].remove(cell);
        self.key ^= marker_key(cell, owner.index());
        Some(owner)
    }

    /// Collapses a cell to a player's territory; what stood there is left to the caller.
    #[inline]
    pub(crate) fn collapse(&mut self, cell: Cell, player: Player) {
        if let Some(old) = self.territory(cell) {
            self.collapsed[old.index()].remove(cell);
            self.key ^= collapsed_key(cell, old.index());
        }
        self.closed.insert(cell);
        self.collapsed[player.index()].insert(cell);
        self.key ^= collapsed_key(cell, player.index());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insertion_order_survives_renumbering() {
        let mut board = BoardState::<1>::empty();
        for i in 0..5 {
            board.push_top(Cell(i), Player(0), 1);
        }
        // A stack that moves away and back goes to the end, one that changes in place stays.
        board.put(Cell(1), 0, 0);
        board.push_top(Cell(1), Player(0), 2);
        board.push_top(Cell(2), Player(1), 1);
        let order = [0, 2, 3, 4, 1].map(Cell);
        assert_eq!(board.insertion_order(), order);
        board.next_stamp = u16::MAX;
        board.push_top(Cell(9), Player(1), 1);
        assert!(board.next_stamp < 10);
        assert_eq!(board.insertion_order(), [0, 2, 3, 4, 1, 9].map(Cell));
    }
}
