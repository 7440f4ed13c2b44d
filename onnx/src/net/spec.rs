//! The description of a network, from which everything else follows.

use std::sync::Arc;

use crate::autodiff::NeighborTable;
use crate::error::OnnxError;
use crate::net::{NetSize, PolicyTable};

/// Number of seats that the value head knows, whoever plays.
pub const SLOTS: usize = 4;

/// Gives the widths of what the encoder hands over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureCounts {
    /// Features of one cell.
    pub cell: usize,
    /// Features of the whole position.
    pub global: usize,
    /// Where in the global features the four indicators start that say which slots are taken.
    pub present: usize,
    /// The version of the encoding.
    pub version: u32,
}

/// Describes a network for one board: what it reads, what it answers, and how large it is.
///
/// One network serves two, three and four players.
#[derive(Clone, Debug)]
pub struct NetSpec {
    board: String,
    table: Arc<NeighborTable>,
    grid: Option<usize>,
    features: FeatureCounts,
    policy: Arc<PolicyTable>,
    size: NetSize,
}

impl NetSpec {
    /// Joins the tables of a board with a size.
    ///
    /// # Errors
    /// `Spec` where the tables are of different boards or the features leave no room for the slot indicators.
    pub fn new(
        board: &str,
        table: NeighborTable,
        features: FeatureCounts,
        policy: PolicyTable,
        size: NetSize,
    ) -> Result<Self, OnnxError> {
        if policy.cells() != table.cells() {
            return Err(OnnxError::Spec(format!(
                "the policy table is for {} cells and the neighbour table for {}",
                policy.cells(),
                table.cells()
            )));
        }
        if features.cell == 0 || features.present + SLOTS > features.global {
            return Err(OnnxError::Spec(format!(
                "{} global features leave no room for {SLOTS} slot indicators at {}",
                features.global, features.present
            )));
        }
        if size.blocks == 0 || size.channels == 0 {
            return Err(OnnxError::Spec(format!("a network of size {size} has no layers")));
        }
        let grid = grid_side(&table);
        Ok(Self {
            board: board.to_owned(),
            table: Arc::new(table),
            grid,
            features,
            policy: Arc::new(policy),
            size,
        })
    }

    /// Returns the name of the board.
    #[must_use]
    pub fn board(&self) -> &str {
        &self.board
    }

    /// Returns the number of cells of the board.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.table.cells()
    }

    /// Returns the widths of the inputs.
    #[must_use]
    pub fn features(&self) -> FeatureCounts {
        self.features
    }

    /// Returns where each policy entry comes from.
    #[must_use]
    pub fn policy(&self) -> &PolicyTable {
        &self.policy
    }

    /// Returns the number of entries of the policy vector.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.policy.entries()
    }

    /// Returns depth and widths.
    #[must_use]
    pub fn size(&self) -> &NetSize {
        &self.size
    }

    /// Returns the neighbour table of the convolutions.
    pub(crate) fn table(&self) -> &Arc<NeighborTable> {
        &self.table
    }

    /// Returns the side length where the board is a square grid with a full 3x3 neighbourhood.
    #[must_use]
    pub fn grid(&self) -> Option<usize> {
        self.grid
    }
}

/// Recognises a square grid by its neighbour table: 9 taps that are the 3x3 offsets of every cell, in a fixed order.
fn grid_side(table: &NeighborTable) -> Option<usize> {
    let side = (table.cells() as f64).sqrt().round() as usize;
    if side * side != table.cells() || table.taps() != 9 || side < 3 {
        return None;
    }
    let offsets = grid_offsets(table, side)?;
    let reads = |cell: usize, (dx, dy): (i64, i64)| {
        let (x, y) = ((cell / side) as i64 + dx, (cell % side) as i64 + dy);
        let inside = (0..side as i64).contains(&x) && (0..side as i64).contains(&y);
        if inside { x * side as i64 + y } else { table.cells() as i64 }
    };
    let fits = |(i, &source): (usize, &i64)| source == reads(i / 9, offsets[i % 9]);
    table.forward().iter().enumerate().all(fits).then_some(side)
}

/// Returns the offset that each tap of a grid reads, taken from the cell one in from the corner.
pub(crate) fn grid_offsets(table: &NeighborTable, side: usize) -> Option<Vec<(i64, i64)>> {
    let cell = side + 1;
    let offset = |&source: &i64| {
        let (x, y) = (source / side as i64, source % side as i64);
        let (dx, dy) = (x - 1, y - 1);
        (dx.abs() <= 1 && dy.abs() <= 1).then_some((dx, dy))
    };
    table.forward()[cell * 9..cell * 9 + 9].iter().map(offset).collect()
}
