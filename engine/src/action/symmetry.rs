//! What a board's symmetries do to cells and to policy entries.

use super::ActionLayout;
use crate::board::{BoardKind, Cell, Geometry, Symmetry};

/// Tabulates the image of every cell and of every policy entry under every symmetry of a board.
///
/// The length of line windows enters because a symmetry that turns an axis round swaps a window's first and last cell.
#[derive(Debug)]
pub struct SymmetryTable {
    layout: &'static ActionLayout,
    entries: Vec<Vec<u32>>,
}

impl SymmetryTable {
    /// Builds the table of a board for line windows of `line_length` cells.
    pub fn new(kind: BoardKind, line_length: usize) -> Self {
        let layout = ActionLayout::of(kind);
        let g = layout.geometry();
        let entries = g.symmetries().iter().map(|s| entry_images(layout, s, line_length.max(1))).collect();
        SymmetryTable { layout, entries }
    }

    /// Returns the number of symmetries: 8 on square boards, 12 on hex boards; 0 is the identity.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the layout whose entries are mapped.
    pub fn layout(&self) -> &'static ActionLayout {
        self.layout
    }

    /// Returns the image of cells and directions under symmetry `g`.
    #[inline]
    pub fn symmetry(&self, g: usize) -> &'static Symmetry {
        &self.layout.geometry().symmetries()[g]
    }

    /// Returns the image of every policy entry under symmetry `g`, by entry.
    #[inline]
    pub fn entries(&self, g: usize) -> &[u32] {
        &self.entries[g]
    }

    /// Returns the image of an axis under symmetry `g`.
    #[inline]
    pub fn axis(&self, g: usize, axis: usize) -> usize {
        self.layout.geometry().axis_of(self.symmetry(g).direction(axis))
    }

    /// Moves every cell's features to the cell's image.
    ///
    /// # Shapes
    /// `from` and `to`: `[cells, width]`, row-major.
    pub fn permute_cells<T: Copy>(&self, g: usize, width: usize, from: &[T], to: &mut [T]) {
        for (row, image) in from.chunks_exact(width).zip(self.symmetry(g).cells()) {
            let start = image.index() * width;
            to[start..start + width].copy_from_slice(row);
        }
    }

    /// Moves every policy entry to its image.
    pub fn permute_policy(&self, g: usize, from: &[f32], to: &mut [f32]) {
        for (&value, &image) in from.iter().zip(self.entries(g)) {
            to[image as usize] = value;
        }
    }
}

fn entry_images(layout: &ActionLayout, s: &Symmetry, line_length: usize) -> Vec<u32> {
    let g = layout.geometry();
    let mut images = Vec::with_capacity(layout.len());
    let mut push = |entry: usize| images.push(entry as u32);
    let cells = || g.cell_iter().map(|c| s.cell(c));
    cells().for_each(|c| (1..=3).for_each(|n| push(layout.place(c, n))));
    for c in cells() {
        (0..g.axes()).for_each(|a| push(layout.line_all(c, g.axis_of(s.direction(a)))));
    }
    for c in g.cell_iter() {
        for a in 0..g.axes() {
            let start = window_image(g, s, (c, a), line_length);
            push(layout.line_min(start, g.axis_of(s.direction(a))));
        }
    }
    cells().for_each(|c| push(layout.territory(c)));
    cells().for_each(|c| push(layout.eliminate(c)));
    for &(from, to) in layout.ray_pairs() {
        // A symmetry keeps rays, so the image pair always has an entry.
        push(layout.ray(s.cell(from), s.cell(to)).unwrap_or(layout.len()));
    }
    push(layout.decline());
    push(layout.swap());
    images
}

/// Returns the first cell of the image of a line window.
///
/// Starts too near the edge to hold a window name nothing; they are permuted among themselves so that the whole map stays a bijection.
fn window_image(g: &Geometry, s: &Symmetry, (start, axis): (Cell, usize), length: usize) -> Cell {
    if s.direction(axis) < g.axes() {
        return s.cell(start);
    }
    let (behind, ahead) = (g.ray(start, g.opposite(axis)), g.ray(start, axis));
    let source = if ahead.len() + 1 >= length {
        *ahead[..length - 1].last().unwrap_or(&start)
    } else {
        // Image position equal to the source position, counted along the axis.
        match ahead.len() as isize - behind.len() as isize {
            0 => start,
            k if k > 0 => ahead[k as usize - 1],
            k => behind[k.unsigned_abs() - 1],
        }
    };
    s.cell(source)
}
