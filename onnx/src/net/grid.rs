//! Where the cells of a board lie on a square grid.

use crate::autodiff::NeighborTable;

/// Places the cells of a board in its bounding square and gives the offset that each tap reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BoardGrid {
    side: usize,
    /// The place of each cell, row-major.
    places: Vec<usize>,
    offsets: Vec<(i64, i64)>,
}

impl BoardGrid {
    /// Recognises a grid: every tap reads the same offset, at most one step along each axis, from every cell.
    pub(crate) fn new(table: &NeighborTable, coords: &[(i8, i8)]) -> Option<Self> {
        if coords.len() != table.cells() {
            return None;
        }
        let first_x = coords.iter().map(|c| c.0).min()?;
        let first_y = coords.iter().map(|c| c.1).min()?;
        let last = coords.iter().map(|c| (c.0 - first_x).max(c.1 - first_y)).max()?;
        let side = last as usize + 1;
        let places =
            coords.iter().map(|c| (c.0 - first_x) as usize * side + (c.1 - first_y) as usize).collect();
        let offsets =
            (0..table.taps()).map(|tap| tap_offset(table, coords, tap)).collect::<Option<Vec<_>>>()?;
        Some(Self { side, places, offsets })
    }

    /// Returns the side of the bounding square.
    pub(crate) fn side(&self) -> usize {
        self.side
    }

    /// Returns the number of cells.
    pub(crate) fn cells(&self) -> usize {
        self.places.len()
    }

    /// Returns the offset that each tap reads.
    pub(crate) fn offsets(&self) -> &[(i64, i64)] {
        &self.offsets
    }

    /// Returns the cell at each place (the number of cells where there is none) and the place of each cell; `None` where cells
    /// fill the square in order.
    pub(crate) fn embedding(&self) -> Option<(Vec<i64>, Vec<i64>)> {
        let in_order = self.places.iter().enumerate().all(|(i, &p)| i == p);
        if in_order && self.places.len() == self.side * self.side {
            return None;
        }
        let mut cell_at = vec![self.places.len() as i64; self.side * self.side];
        self.places.iter().enumerate().for_each(|(cell, &place)| cell_at[place] = cell as i64);
        Some((cell_at, self.places.iter().map(|&p| p as i64).collect()))
    }
}

/// Returns the offset of one tap if it is the same wherever the tap stays on the board, and what it misses is off the board.
fn tap_offset(table: &NeighborTable, coords: &[(i8, i8)], tap: usize) -> Option<(i64, i64)> {
    let reads = |cell: usize| table.forward()[cell * table.taps() + tap] as usize;
    let at = |cell: usize| (i64::from(coords[cell].0), i64::from(coords[cell].1));
    let offset = |cell: usize| (at(reads(cell)).0 - at(cell).0, at(reads(cell)).1 - at(cell).1);
    let on_board = |&cell: &usize| reads(cell) < table.cells();
    let found = offset((0..table.cells()).find(on_board)?);
    let same = (0..table.cells()).filter(on_board).all(|cell| offset(cell) == found);
    let missed = |cell: usize| (at(cell).0 + found.0, at(cell).1 + found.1);
    let mut off_board = (0..table.cells()).filter(|cell| !on_board(cell));
    let really_off = off_board.all(|cell| (0..table.cells()).all(|other| at(other) != missed(cell)));
    (same && really_off && found.0.abs() <= 1 && found.1.abs() <= 1).then_some(found)
}
