//! Symmetries of a board.

use super::{Cell, CellSet};

/// Maps every cell and every direction of a board to its image under one symmetry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symmetry {
    pub(super) cells: Vec<Cell>,
    pub(super) directions: Vec<u8>,
}

impl Symmetry {
    /// Returns the image of a cell.
    #[inline]
    pub fn cell(&self, cell: Cell) -> Cell {
        self.cells[cell.index()]
    }

    /// Returns the image of a direction.
    #[inline]
    pub fn direction(&self, direction: usize) -> usize {
        self.directions[direction] as usize
    }

    /// Returns the images of all cells, by cell index.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Returns the images of all directions, by direction number.
    pub fn directions(&self) -> &[u8] {
        &self.directions
    }

    /// Returns the image of a set of cells.
    pub fn set<const W: usize>(&self, set: &CellSet<W>) -> CellSet<W> {
        set.iter().map(|c| self.cell(c)).collect()
    }
}
