//! Names of decisions in the policy vector.

use super::{ActionLayout, SymmetryTable};
use crate::board::{Cell, CellSet};

/// Names one decision by the policy entries that give its logit.
///
/// Regions and whole lines have no size limit, so no single entry can name them all; their logit is the mean over their cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionRef<const W: usize> {
    /// One entry of the policy vector.
    Entry(u32),
    /// A region of territory: the mean of its cells' territory entries.
    Region(CellSet<W>),
    /// A whole line on an axis: the mean of its cells' line entries.
    Line {
        /// Axis that the line lies on.
        axis: u8,
        /// Cells of the line.
        cells: CellSet<W>,
    },
}

/// Names one decision of a given decision list in a stored game: a policy entry, or the length of the policy vector plus the rank of the
/// region or line among those of the list.
///
/// Unlike a place in the list it does not depend on the order in which moves are generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionKey(pub u32);

impl<const W: usize> ActionRef<W> {
    /// Returns the action's logit.
    ///
    /// # Panics
    /// If `policy` is shorter than the layout.
    #[inline]
    pub fn logit(&self, layout: &ActionLayout, policy: &[f32]) -> f32 {
        match self {
            ActionRef::Entry(entry) => policy[*entry as usize],
            ActionRef::Region(cells) => mean(cells, |c| policy[layout.territory(c)]),
            ActionRef::Line { axis, cells } => {
                mean(cells, |c| policy[layout.line_all(c, usize::from(*axis))])
            }
        }
    }

    /// Appends the entries whose mean is the action's logit.
    pub fn push_entries(&self, layout: &ActionLayout, out: &mut Vec<u32>) {
        match self {
            ActionRef::Entry(entry) => out.push(*entry),
            ActionRef::Region(cells) => out.extend(cells.iter().map(|c| layout.territory(c) as u32)),
            ActionRef::Line { axis, cells } => {
                out.extend(cells.iter().map(|c| layout.line_all(c, usize::from(*axis)) as u32));
            }
        }
    }

    /// Returns the image of the action under symmetry `g` of the table.
    pub fn image(&self, table: &SymmetryTable, g: usize) -> Self {
        let cell_image = |set: &CellSet<W>| table.symmetry(g).set(set);
        match self {
            ActionRef::Entry(entry) => ActionRef::Entry(table.entries(g)[*entry as usize]),
            ActionRef::Region(cells) => ActionRef::Region(cell_image(cells)),
            ActionRef::Line { axis, cells } => {
                ActionRef::Line { axis: table.axis(g, usize::from(*axis)) as u8, cells: cell_image(cells) }
            }
        }
    }
}

#[inline]
fn mean<const W: usize>(cells: &CellSet<W>, value: impl Fn(Cell) -> f32) -> f32 {
    let sum: f32 = cells.iter().map(value).sum();
    sum / cells.len().max(1) as f32
}
