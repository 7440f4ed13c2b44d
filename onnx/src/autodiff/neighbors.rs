//! The constant tables through which a convolution sees a board.

use crate::error::OnnxError;

/// Lists, for every cell and every tap, which cell the tap reads; `cells` stands for "off the board".
///
/// # Shapes
/// `[cells, taps]`, row-major.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeighborTable {
    cells: usize,
    taps: usize,
    forward: Vec<i64>,
    backward: Vec<i64>,
}

impl NeighborTable {
    /// Checks a table and derives its inverse, which the gradient reads.
    ///
    /// # Errors
    /// `Spec` where the table has the wrong size, points beyond the sentinel, or one tap reads a cell twice.
    pub fn new(cells: usize, taps: usize, table: &[u16]) -> Result<Self, OnnxError> {
        if cells == 0 || taps == 0 || table.len() != cells * taps {
            return Err(OnnxError::Spec(format!(
                "the neighbour table holds {} entries for {cells} cells and {taps} taps",
                table.len()
            )));
        }
        let mut backward = vec![cells as i64; cells * taps];
        for (i, &source) in table.iter().enumerate() {
            let (cell, tap, source) = (i / taps, i % taps, usize::from(source));
            if source > cells {
                return Err(OnnxError::Spec(format!(
                    "tap {tap} of cell {cell} reads cell {source} of {cells}"
                )));
            }
            if source < cells
                && std::mem::replace(&mut backward[source * taps + tap], cell as i64) != cells as i64
            {
                return Err(OnnxError::Spec(format!("tap {tap} reads cell {source} from two cells")));
            }
        }
        Ok(Self { cells, taps, forward: table.iter().map(|&s| i64::from(s)).collect(), backward })
    }

    /// Returns the number of cells of the board.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// Returns the number of taps of the convolution.
    #[must_use]
    pub fn taps(&self) -> usize {
        self.taps
    }

    /// Returns the cell that each tap of each cell reads.
    pub(crate) fn forward(&self) -> &[i64] {
        &self.forward
    }

    /// Returns, for each cell and tap, the cell whose tap reads it.
    pub(crate) fn backward(&self) -> &[i64] {
        &self.backward
    }
}
