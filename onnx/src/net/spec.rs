//! The description of a network, from which everything else follows.

use std::sync::Arc;

use rr_engine::action::ActionLayout;
use rr_engine::board::{BoardKind, Cell};
use rr_engine::encode::{CELL_FEATURES, ENCODING_VERSION, GLOBAL_FEATURES, PRESENT_FEATURES, SLOTS};

use crate::autodiff::NeighborTable;
use crate::error::OnnxError;
use crate::net::grid::BoardGrid;
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
    grid: Option<Arc<BoardGrid>>,
    features: FeatureCounts,
    policy: Arc<PolicyTable>,
    size: NetSize,
}

impl NetSpec {
    /// Joins the tables of a board with a size; `coords` places each cell on a grid, and may be empty.
    ///
    /// # Errors
    /// `Spec` where the tables are of different boards or the features leave no room for the slot indicators.
    pub fn new(
        board: &str,
        (table, coords): (NeighborTable, &[(i8, i8)]),
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
        let grid = BoardGrid::new(&table, coords).map(Arc::new);
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

    /// Returns where the cells lie on a grid, where they do.
    pub(crate) fn grid(&self) -> Option<&BoardGrid> {
        self.grid.as_deref()
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
        let coords: Vec<(i8, i8)> = geometry.cell_iter().map(|cell| geometry.coords(cell)).collect();
        Self::new(board.name(), (table, &coords), features, policy, size)
    }
}
