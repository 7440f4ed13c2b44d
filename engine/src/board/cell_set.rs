//! Sets of cells as bitboards.

use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Not};

use super::Cell;

/// Holds a set of cells, one bit each; `W` words of 64 bits (1 on square8 and hex8, 6 on square19, 8 on
/// hexagonal).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellSet<const W: usize>(pub [u64; W]);

impl<const W: usize> CellSet<W> {
    /// The set of no cells.
    pub const EMPTY: Self = CellSet([0; W]);

    /// Builds the set of the first `n` cells.
    pub fn first_n(n: usize) -> Self {
        let mut set = Self::EMPTY;
        for i in 0..n.min(W * 64) {
            set.insert(Cell(i as u16));
        }
        set
    }

    /// Builds the set of one cell.
    #[inline]
    pub fn single(cell: Cell) -> Self {
        let mut set = Self::EMPTY;
        set.insert(cell);
        set
    }

    /// Returns whether the cell is in the set.
    #[inline]
    pub fn contains(&self, cell: Cell) -> bool {
        let i = cell.index();
        self.0[i / 64 % W] >> (i % 64) & 1 != 0
    }

    /// Puts the cell into the set.
    #[inline]
    pub fn insert(&mut self, cell: Cell) {
        let i = cell.index();
        self.0[i / 64 % W] |= 1 << (i % 64);
    }

    /// Takes the cell out of the set.
    #[inline]
    pub fn remove(&mut self, cell: Cell) {
        let i = cell.index();
        self.0[i / 64 % W] &= !(1 << (i % 64));
    }

    /// Returns whether the set holds no cell.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&w| w == 0)
    }

    /// Returns the number of cells.
    #[inline]
    pub fn len(&self) -> u32 {
        self.0.iter().map(|w| w.count_ones()).sum()
    }

    /// Returns the lowest cell, or `None` of the empty set.
    #[inline]
    pub fn first(&self) -> Option<Cell> {
        let k = self.0.iter().position(|&w| w != 0)?;
        Some(Cell((k * 64) as u16 + self.0[k].trailing_zeros() as u16))
    }

    /// Returns the highest cell, or `None` of the empty set.
    #[inline]
    pub fn last(&self) -> Option<Cell> {
        let k = self.0.iter().rposition(|&w| w != 0)?;
        Some(Cell((k * 64) as u16 + 63 - self.0[k].leading_zeros() as u16))
    }

    /// Takes the lowest cell out of the set and returns it.
    #[inline]
    pub fn pop_first(&mut self) -> Option<Cell> {
        let cell = self.first()?;
        let word = &mut self.0[cell.index() / 64 % W];
        *word &= *word - 1;
        Some(cell)
    }

    /// Returns whether the two sets share a cell.
    #[inline]
    pub fn intersects(&self, other: &Self) -> bool {
        (0..W).any(|k| self.0[k] & other.0[k] != 0)
    }

    /// Returns whether every cell of this set is in the other.
    #[inline]
    pub fn is_subset(&self, other: &Self) -> bool {
        (0..W).all(|k| self.0[k] & !other.0[k] == 0)
    }

    /// Returns the cells of this set that are not in the other.
    #[inline]
    pub fn without(mut self, other: &Self) -> Self {
        for k in 0..W {
            self.0[k] &= !other.0[k];
        }
        self
    }

    /// Visits the cells in order of their index.
    #[inline]
    pub fn iter(&self) -> CellIter<W> {
        CellIter { words: self.0, k: 0 }
    }
}

/// Walks the cells of a [`CellSet`] in order of their index.
#[derive(Debug, Clone)]
pub struct CellIter<const W: usize> {
    words: [u64; W],
    k: usize,
}

impl<const W: usize> Iterator for CellIter<W> {
    type Item = Cell;

    #[inline]
    fn next(&mut self) -> Option<Cell> {
        while self.k < W {
            let word = self.words[self.k];
            if word != 0 {
                self.words[self.k] = word & (word - 1);
                return Some(Cell((self.k * 64) as u16 + word.trailing_zeros() as u16));
            }
            self.k += 1;
        }
        None
    }
}

impl<const W: usize> IntoIterator for CellSet<W> {
    type Item = Cell;
    type IntoIter = CellIter<W>;

    #[inline]
    fn into_iter(self) -> CellIter<W> {
        self.iter()
    }
}

impl<const W: usize> FromIterator<Cell> for CellSet<W> {
    fn from_iter<I: IntoIterator<Item = Cell>>(cells: I) -> Self {
        let mut set = Self::EMPTY;
        for cell in cells {
            set.insert(cell);
        }
        set
    }
}

impl<const W: usize> BitOrAssign for CellSet<W> {
    #[inline]
    fn bitor_assign(&mut self, other: Self) {
        for k in 0..W {
            self.0[k] |= other.0[k];
        }
    }
}

impl<const W: usize> BitAndAssign for CellSet<W> {
    #[inline]
    fn bitand_assign(&mut self, other: Self) {
        for k in 0..W {
            self.0[k] &= other.0[k];
        }
    }
}

impl<const W: usize> BitXorAssign for CellSet<W> {
    #[inline]
    fn bitxor_assign(&mut self, other: Self) {
        for k in 0..W {
            self.0[k] ^= other.0[k];
        }
    }
}

impl<const W: usize> BitOr for CellSet<W> {
    type Output = Self;
    #[inline]
    fn bitor(mut self, other: Self) -> Self {
        self |= other;
        self
    }
}

impl<const W: usize> BitAnd for CellSet<W> {
    type Output = Self;
    #[inline]
    fn bitand(mut self, other: Self) -> Self {
        self &= other;
        self
    }
}

impl<const W: usize> BitXor for CellSet<W> {
    type Output = Self;
    #[inline]
    fn bitxor(mut self, other: Self) -> Self {
        self ^= other;
        self
    }
}

impl<const W: usize> Not for CellSet<W> {
    type Output = Self;
    #[inline]
    fn not(mut self) -> Self {
        for k in 0..W {
            self.0[k] = !self.0[k];
        }
        self
    }
}
