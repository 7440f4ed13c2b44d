//! Stacks, markers and collapsed cells.

use super::{
    MAX_PLAYERS, Player, StackView,
    stack::{INLINE_RINGS, inline_cap},
    zobrist::{collapsed_key, fold, marker_key, stack_key},
};
use crate::board::{Cell, CellSet};

/// Repeats a player's two bits through a word.
pub(super) const REPEAT: u64 = 0x5555_5555_5555_5555;

/// Holds what lies on the board, as bitboards plus two bits per ring.
///
/// Stacks of up to 32 rings are a word each; no stack that play can build is taller, since a stack moves at
/// least as far as it is high and nothing grows but by moving or by a placement that leaves a move. Taller
/// ones, which only a position text can bring in, keep their lower rings in a side table.
#[derive(Debug, Clone)]
pub struct BoardState<const W: usize> {
    rings: [[u64; 64]; W],
    heights: [[u16; 64]; W],
    stamps: [[u16; 64]; W],
    tall: Vec<(Cell, Vec<u8>)>,
    next_stamp: u16,
    on_board: [u16; MAX_PLAYERS],
    key: u64,
    stacks: CellSet<W>,
    control: [CellSet<W>; MAX_PLAYERS],
    marked: CellSet<W>,
    markers: [CellSet<W>; MAX_PLAYERS],
    closed: CellSet<W>,
    collapsed: [CellSet<W>; MAX_PLAYERS],
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
        let differs = self.inline_rings(cell) ^ (u64::from(player.0) * REPEAT);
        let below = (1u64 << (2 * (height - 1))) - 1;
        !(differs | differs >> 1) & REPEAT & below != 0
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
    fn cell_key(&self, cell: Cell) -> u64 {
        let height = self.height(cell);
        let key = stack_key(cell, self.inline_rings(cell), height);
        if height <= INLINE_RINGS {
            return key;
        }
        self.deep(cell).iter().fold(key, |k, &o| fold(k, o.into()))
    }

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
        let added = (u64::from(player.0) * REPEAT) & ((1 << (2 * n)) - 1);
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
