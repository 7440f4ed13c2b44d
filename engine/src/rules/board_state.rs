//! Stacks, markers and collapsed cells.

use super::{
    MAX_PLAYERS, Player, StackView,
    stack::{INLINE_RINGS, inline_cap},
    zobrist::{collapsed_key, fold, marker_key, stack_key},
};
use crate::board::{Cell, CellSet};

/// Repeats a player's two bits through a word.
pub(super) const REPEAT_TWO_BITS: u64 = 0x5555_5555_5555_5555;

/// Holds what lies on the board, as bitboards plus two bits per ring.
///
/// Stacks of up to 32 rings are a word each; no stack that play can build is taller, since a stack moves at
/// least as far as it is high and nothing grows but by moving or by a placement that leaves a move. Taller
/// ones, which only a position text can bring in, keep their lower rings in a side table.
#[derive(Debug, Clone)]
pub struct BoardState<const W: usize> {
    pub(super) rings: [[u64; 64]; W],
    pub(super) heights: [[u16; 64]; W],
    pub(super) stamps: [[u16; 64]; W],
    pub(super) tall: Vec<(Cell, Vec<u8>)>,
    pub(super) next_stamp: u16,
    pub(super) on_board: [u16; MAX_PLAYERS],
    pub(super) key: u64,
    pub(super) stacks: CellSet<W>,
    pub(super) control: [CellSet<W>; MAX_PLAYERS],
    pub(super) marked: CellSet<W>,
    pub(super) markers: [CellSet<W>; MAX_PLAYERS],
    pub(super) closed: CellSet<W>,
    pub(super) collapsed: [CellSet<W>; MAX_PLAYERS],
}

impl<const W: usize> BoardState<W> {
    /// Returns a board with nothing on it.
    pub(super) fn empty() -> Self {
        BoardState {
            rings: [[0; 64]; W],
            heights: [[0; 64]; W],
            stamps: [[0; 64]; W],
            tall: Vec::new(),
            next_stamp: 0,
            on_board: [0; MAX_PLAYERS],
            key: 0,
            stacks: CellSet::EMPTY,
            control: [CellSet::EMPTY; MAX_PLAYERS],
            marked: CellSet::EMPTY,
            markers: [CellSet::EMPTY; MAX_PLAYERS],
            closed: CellSet::EMPTY,
            collapsed: [CellSet::EMPTY; MAX_PLAYERS],
        }
    }

    /// Returns the cells that hold a stack.
    #[inline]
    pub fn stacks(&self) -> &CellSet<W> {
        &self.stacks
    }

    /// Returns the cells whose stack a player controls.
    #[inline]
    pub fn controlled(&self, player: Player) -> &CellSet<W> {
        &self.control[player.index() % MAX_PLAYERS]
    }

    /// Returns the cells that hold a marker.
    #[inline]
    pub fn all_markers(&self) -> &CellSet<W> {
        &self.marked
    }

    /// Returns the cells that hold a player's marker.
    #[inline]
    pub fn markers(&self, player: Player) -> &CellSet<W> {
        &self.markers[player.index() % MAX_PLAYERS]
    }

    /// Returns the collapsed cells.
    #[inline]
    pub fn all_collapsed(&self) -> &CellSet<W> {
        &self.closed
    }

    /// Returns the cells collapsed in a player's colour.
    #[inline]
    pub fn collapsed(&self, player: Player) -> &CellSet<W> {
        &self.collapsed[player.index() % MAX_PLAYERS]
    }

    /// Returns the number of rings of a player's colour in stacks, buried ones included.
    #[inline]
    pub fn rings_on_board(&self, player: Player) -> u16 {
        self.on_board[player.index() % MAX_PLAYERS]
    }

    /// Returns the height of the stack on a cell, 0 without a stack.
    #[inline]
    pub fn height(&self, cell: Cell) -> u16 {
        self.heights[cell.index() / 64 % W][cell.index() % 64]
    }

    /// Returns the stack on a cell.
    #[inline]
    pub fn stack(&self, cell: Cell) -> Option<StackView<'_>> {
        let height = self.height(cell);
        if height == 0 {
            return None;
        }
        let deep = if height > INLINE_RINGS { self.deep(cell) } else { &[] };
        Some(StackView { rings: self.inline_rings(cell), height, deep })
    }

    /// Returns the owner of the top ring of a stack; player 0 where there is none.
    #[inline]
    pub fn owner(&self, cell: Cell) -> Player {
        let height = self.height(cell).clamp(1, INLINE_RINGS);
        Player((self.inline_rings(cell) >> (2 * (height - 1)) & 3) as u8)
    }

    /// Returns the cap of the stack on a cell, 0 without a stack.
    #[inline]
    pub fn cap(&self, cell: Cell) -> u16 {
        match self.height(cell) {
            0 => 0,
            height if height <= INLINE_RINGS => inline_cap(self.inline_rings(cell), height),
            _ => self.stack(cell).map_or(0, |s| s.cap()),
        }
    }

    /// Returns the owner of the marker on a cell.
    #[inline]
    pub fn marker(&self, cell: Cell) -> Option<Player> {
        if !self.marked.contains(cell) {
            return None;
        }
        Player::all(MAX_PLAYERS).find(|p| self.markers[p.index()].contains(cell))
    }

    /// Returns whose territory a cell has become.
    #[inline]
    pub fn territory(&self, cell: Cell) -> Option<Player> {
        if !self.closed.contains(cell) {
            return None;
        }
        Player::all(MAX_PLAYERS).find(|p| self.collapsed[p.index()].contains(cell))
    }

    /// Returns whether a stack holds a ring of a player below its top ring.
    #[inline]
    pub fn buries(&self, cell: Cell, player: Player) -> bool {
        let height = self.height(cell);
        if height > INLINE_RINGS {
            return self.stack(cell).is_some_and(|s| s.rings().rev().skip(1).any(|o| o == player));
        }
        if height < 2 {
            return false;
        }
        let differs = self.inline_rings(cell) ^ (u64::from(player.0) * REPEAT_TWO_BITS);
        let below = (1u64 << (2 * (height - 1))) - 1;
        !(differs | differs >> 1) & REPEAT_TWO_BITS & below != 0
    }

    /// Returns the stacks in the reference's insertion order, oldest first (S9).
    pub fn insertion_order(&self) -> Vec<Cell> {
        let mut cells: Vec<Cell> = self.stacks.iter().collect();
        cells.sort_by_key(|&c| self.stamp(c));
        cells
    }

    /// Returns a number that grows with the insertion order of stacks (S9).
    #[inline]
    pub(crate) fn stamp(&self, cell: Cell) -> u16 {
        self.stamps[cell.index() / 64 % W][cell.index() % 64]
    }

    /// Returns the incremental key of everything on the board.
    #[inline]
    pub(crate) fn key(&self) -> u64 {
        self.key
    }

    /// Computes the key from scratch.
    pub(super) fn fresh_key(&self) -> u64 {
        let mut key = self.stacks.iter().fold(0, |k, c| k ^ self.cell_key(c));
        for p in 0..MAX_PLAYERS {
            key = self.markers[p].iter().fold(key, |k, c| k ^ marker_key(c, p));
            key = self.collapsed[p].iter().fold(key, |k, c| k ^ collapsed_key(c, p));
        }
        key
    }

    #[inline]
    pub(super) fn inline_rings(&self, cell: Cell) -> u64 {
        self.rings[cell.index() / 64 % W][cell.index() % 64]
    }

    #[cold]
    fn deep(&self, cell: Cell) -> &[u8] {
        self.tall.iter().find(|(c, _)| *c == cell).map_or(&[], |(_, deep)| deep)
    }

    #[inline]
    pub(super) fn cell_key(&self, cell: Cell) -> u64 {
        let height = self.height(cell);
        let key = stack_key(cell, self.inline_rings(cell), height);
        if height <= INLINE_RINGS {
            return key;
        }
        self.deep(cell).iter().fold(key, |k, &o| fold(k, o.into()))
    }
}
