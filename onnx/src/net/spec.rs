//! The description of a network, from which everything else follows.

use std::sync::Arc;

use rr_engine::action::ActionLayout;
use rr_engine::board::{BoardKind, Cell};
use rr_engine::encode::{CELL_FEATURES, ENCODING_VERSION, GLOBAL_FEATURES, PRESENT_FEATURES, SLOTS};

use crate::autodiff::NeighborTable;
use crate::error::OnnxError;
use crate::net::{NetSize, PolicySource, PolicyTable};

/// The number of planes up to which a head of planes is used for rays too.
const MOST_PLANES: usize = 96;

/// Gives the widths of what the encoder hands over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureCounts {
    /// Features of one cell.
    pub cell: usize,
    /// Features of the whole position.
    pub global: usize,
    /// The global features that say which slots are taken.
    pub present: [usize; SLOTS],
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
        if features.cell == 0 || features.present.iter().any(|&column| column >= features.global) {
            return Err(OnnxError::Spec(format!(
                "{} global features leave no room for slot indicators at {:?}",
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

impl NetSpec {
    /// Describes a network of the given size for a board of the engine, with its encoding and action layout.
    ///
    /// Boards with few rays per cell get a plane per direction and distance; on the large ones a ray is scored by the product of
    /// its from-cell and its to-cell, which costs less than wide planes.
    ///
    /// # Errors
    /// `Spec` where the size has no layers.
    pub fn for_board(board: BoardKind, size: NetSize) -> Result<Self, OnnxError> {
        let (geometry, layout) = (board.geometry(), ActionLayout::of(board));
        let cells = geometry.cells();
        let table = NeighborTable::new(cells, geometry.taps().len() / cells, geometry.taps())?;
        let pairs = layout.planes() > MOST_PLANES;
        let mut sources: Vec<PolicySource> = layout
            .sources()
            .iter()
            .map(|&(cell, plane)| PolicySource::Plane { cell: cell.0, plane })
            .collect();
        if pairs {
            sources.truncate(layout.ray_block().start);
            let pair = |&(from, to): &(Cell, Cell)| PolicySource::Pair { from: from.0, to: to.0 };
            sources.extend(layout.ray_pairs().iter().map(pair));
        }
        sources.extend([PolicySource::Global(0), PolicySource::Global(1)]);
        // Regions average the territory entries of their cells, whole lines the line entries of theirs.
        let averaged = layout.territory_block().chain(layout.line_all_block());
        let averaged: Vec<u32> = averaged.map(|entry| entry as u32).collect();
        let policy = PolicyTable::new(cells, &sources, &averaged)?;
        let features = FeatureCounts {
            cell: CELL_FEATURES,
            global: GLOBAL_FEATURES,
            present: PRESENT_FEATURES,
            version: ENCODING_VERSION,
        };
        Self::new(board.name(), table, features, policy, size)
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
