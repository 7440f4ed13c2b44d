//! Where each entry of the policy vector comes from.

use crate::error::OnnxError;

/// Names the number of the network that an entry of the policy vector is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicySource {
    /// A plane at a cell.
    Plane {
        /// The cell.
        cell: u16,
        /// The plane, counted from zero.
        plane: u16,
    },
    /// The product of a from-cell and a to-cell.
    Pair {
        /// The cell that a ray starts from.
        from: u16,
        /// The cell that it ends on.
        to: u16,
    },
    /// A number of the whole position.
    Global(u16),
}

/// Lists the source of every entry of the policy vector, in the order of the action layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTable {
    cells: usize,
    planes: usize,
    globals: usize,
    pairs: bool,
    sources: Vec<i64>,
    territory: Vec<i64>,
}

impl PolicyTable {
    /// Checks the sources of all entries; `territory` gives the entry of the territory action of each cell.
    ///
    /// # Errors
    /// `Spec` where a source lies off the board or two entries share one, or where `territory` does not name one
    /// entry per cell.
    pub fn new(cells: usize, sources: &[PolicySource], territory: &[u32]) -> Result<Self, OnnxError> {
        let (mut planes, mut globals, mut pairs) = (0, 0, false);
        for source in sources {
            match *source {
                PolicySource::Plane { plane, .. } => planes = planes.max(usize::from(plane) + 1),
                PolicySource::Pair { .. } => pairs = true,
                PolicySource::Global(index) => globals = globals.max(usize::from(index) + 1),
            }
        }
        let flat = |source: &PolicySource| match *source {
            PolicySource::Plane { cell, plane } if usize::from(cell) < cells => {
                Ok(usize::from(cell) * planes + usize::from(plane))
            }
            PolicySource::Pair { from, to } if usize::from(from) < cells && usize::from(to) < cells => {
                Ok(cells * planes + globals + usize::from(from) * cells + usize::from(to))
            }
            PolicySource::Global(index) => Ok(cells * planes + usize::from(index)),
            _ => {
                Err(OnnxError::Spec(format!("policy source {source:?} lies off the board of {cells} cells")))
            }
        };
        let sources = sources.iter().map(flat).collect::<Result<Vec<_>, _>>()?;
        let mut sorted = sources.clone();
        sorted.sort_unstable();
        if sorted.windows(2).any(|w| w[0] == w[1]) {
            return Err(OnnxError::Spec("two policy entries read the same number of the network".to_owned()));
        }
        if territory.len() != cells || territory.iter().any(|&e| e as usize >= sources.len()) {
            return Err(OnnxError::Spec(format!(
                "{} territory entries for {cells} cells and {} policy entries",
                territory.len(),
                sources.len()
            )));
        }
        let sources = sources.into_iter().map(|s| s as i64).collect();
        let territory = territory.iter().map(|&e| i64::from(e)).collect();
        Ok(Self { cells, planes, globals, pairs, sources, territory })
    }

    /// Returns the number of entries of the policy vector.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.sources.len()
    }

    /// Returns the number of planes per cell.
    #[must_use]
    pub fn planes(&self) -> usize {
        self.planes
    }

    /// Returns how many entries belong to the whole position.
    #[must_use]
    pub fn globals(&self) -> usize {
        self.globals
    }

    /// Tells whether any entry is a product of two cells.
    #[must_use]
    pub fn has_pairs(&self) -> bool {
        self.pairs
    }

    /// Returns the index of each entry in planes by cell, then globals, then pairs.
    pub(crate) fn sources(&self) -> &[i64] {
        &self.sources
    }

    /// Returns the entry of the territory action of each cell.
    pub(crate) fn territory(&self) -> &[i64] {
        &self.territory
    }

    /// Returns the number of cells that the table was made for.
    pub(crate) fn cells(&self) -> usize {
        self.cells
    }
}
