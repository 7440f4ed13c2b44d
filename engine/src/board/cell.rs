//! A cell of a board.

/// Names an on-board cell by its dense index, in order of x, then y (hex boards: q, then r).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell(pub u16);

impl Cell {
    /// Stands for "no cell" where an `Option` would cost space.
    pub const NONE: Cell = Cell(u16::MAX);

    /// Returns the dense index.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Returns whether this is a cell and not [`Cell::NONE`].
    #[inline]
    pub fn is_some(self) -> bool {
        self.0 != u16::MAX
    }

    /// Returns the cell, or `None` for [`Cell::NONE`].
    #[inline]
    pub fn some(self) -> Option<Cell> {
        if self.is_some() { Some(self) } else { None }
    }
}
