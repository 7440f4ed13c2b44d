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
    averaged: Vec<i64>,
}

impl PolicyTable {
    /// Checks the sources of all entries; `averaged` lists the entries that the logit of an action on many cells is a mean of.
    ///
    /// # Errors
    /// `Spec` where a source lies off the board or two entries share one, or where `averaged` names an entry
    /// that is not there, or none.
    pub fn new(cells: usize, sources: &[PolicySource], averaged: &[u32]) -> Result<Self, OnnxError> {
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
        if averaged.is_empty() || averaged.iter().any(|&e| e as usize >= sources.len()) {
            return Err(OnnxError::Spec(format!(
                "{} entries to average do not all lie among {} policy entries",
                averaged.len(),
                sources.len()
            )));
        }
        let sources = sources.into_iter().map(|s| s as i64).collect();
        let averaged = averaged.iter().map(|&e| i64::from(e)).collect();
        Ok(Self { cells, planes, globals, pairs, sources, averaged })
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

    /// Returns the entries that actions on many cells average, in the order of the columns of a region map.
    #[must_use]
    pub fn averaged(&self) -> &[i64] {
        &self.averaged
    }

    /// Returns the number of cells that the table was made for.
    pub(crate) fn cells(&self) -> usize {
        self.cells
    }
}
