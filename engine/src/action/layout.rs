//! Where each action of a board lies in the policy vector.

use std::ops::Range;
use std::sync::OnceLock;

use crate::board::{BoardKind, Cell, Geometry};

/// Rings that one placement can set down.
pub(super) const PLACE_COUNTS: usize = 3;

/// Orders the policy vector of a board: which entry names which action, and which cell and plane compute it.
///
/// Entries lie in blocks: placements (`cell * 3 + n - 1`), whole lines and line windows (`cell * axes + axis` each), territory
/// and elimination cells, every geometrically possible ray (by origin, direction, distance), decline, swap. One value per board
/// lives for the whole process; get it with [`ActionLayout::of`].
#[derive(Debug)]
pub struct ActionLayout {
    geometry: &'static Geometry,
    max_distance: usize,
    line_all: usize,
    line_min: usize,
    territory: usize,
    eliminate: usize,
    rays: usize,
    decline: usize,
    ray_starts: Vec<u32>,
    ray_pairs: Vec<(Cell, Cell)>,
    sources: Vec<(Cell, u16)>,
    direction_by_sign: [u8; 9],
}

impl ActionLayout {
    /// Returns the layout of a board, built at the first call.
    pub fn of(kind: BoardKind) -> &'static ActionLayout {
        static ALL: [OnceLock<ActionLayout>; 4] = [const { OnceLock::new() }; 4];
        ALL[kind as usize].get_or_init(|| ActionLayout::build(kind.geometry()))
    }

    fn build(geometry: &'static Geometry) -> Self {
        let (cells, axes) = (geometry.cells(), geometry.axes());
        let (mut ray_starts, mut ray_pairs) = (Vec::new(), Vec::new());
        let mut max_distance = 0;
        for cell in geometry.cell_iter() {
            for direction in 0..geometry.directions() {
                ray_starts.push(ray_pairs.len() as u32);
                let ray = geometry.ray(cell, direction);
                max_distance = max_distance.max(ray.len());
                ray_pairs.extend(ray.iter().map(|&to| (cell, to)));
            }
        }
        let line_all = cells * PLACE_COUNTS;
        let line_min = line_all + cells * axes;
        let territory = line_min + cells * axes;
        let eliminate = territory + cells;
        let rays = eliminate + cells;
        let mut layout = ActionLayout {
            geometry,
            max_distance,
            line_all,
            line_min,
            territory,
            eliminate,
            rays,
            decline: rays + ray_pairs.len(),
            ray_starts,
            ray_pairs,
            sources: Vec::new(),
            direction_by_sign: [0; 9],
        };
        for (d, &(dx, dy)) in geometry.steps().iter().enumerate() {
            layout.direction_by_sign[sign_slot(dx, dy)] = d as u8;
        }
        layout.sources = layout.list_sources();
        layout
    }

    fn list_sources(&self) -> Vec<(Cell, u16)> {
        let g = self.geometry;
        let (axes, wide) = (g.axes(), self.max_distance);
        let mut sources = Vec::with_capacity(self.decline);
        let mut block = |planes: Range<usize>| {
            for cell in g.cell_iter() {
                sources.extend(planes.clone().map(|p| (cell, p as u16)));
            }
        };
        let lines = PLACE_COUNTS + 2 * axes;
        block(0..PLACE_COUNTS);
        block(PLACE_COUNTS..PLACE_COUNTS + axes);
        block(PLACE_COUNTS + axes..lines);
        block(lines..lines + 1);
        block(lines + 1..lines + 2);
        for cell in g.cell_iter() {
            for d in 0..g.directions() {
                let first = lines + 2 + d * wide;
                sources.extend((first..first + g.ray(cell, d).len()).map(|p| (cell, p as u16)));
            }
        }
        sources
    }

    /// Returns the geometry of the board.
    pub fn geometry(&self) -> &'static Geometry {
        self.geometry
    }

    /// Returns the number of entries of the policy vector.
    #[allow(clippy::len_without_is_empty)]
    #[inline]
    pub fn len(&self) -> usize {
        self.decline + 2
    }

    /// Returns the number of planes of a head that computes one number per cell and plane.
    ///
    /// Order: placement counts, line ALL by axis, line MIN by axis, territory, elimination, rays by direction and distance.
    pub fn planes(&self) -> usize {
        PLACE_COUNTS + 2 * self.geometry.axes() + 2 + self.geometry.directions() * self.max_distance
    }

    /// Returns the number of planes before the ray planes.
    pub fn planes_without_rays(&self) -> usize {
        PLACE_COUNTS + 2 * self.geometry.axes() + 2
    }

    /// Returns the longest distance between two cells of a ray.
    pub fn max_distance(&self) -> usize {
        self.max_distance
    }

    /// Returns the cell and the plane of every entry but the last two, in policy order.
    ///
    /// A head of shape `[cells, planes]`, row-major, is brought into policy order by gathering `cell * planes() + plane`.
    pub fn sources(&self) -> &[(Cell, u16)] {
        &self.sources
    }

    /// Returns the (from, to) cells of every ray entry, in policy order.
    pub fn ray_pairs(&self) -> &[(Cell, Cell)] {
        &self.ray_pairs
    }

    /// Returns the entry that places `count` rings (1 to 3) on a cell.
    #[inline]
    pub fn place(&self, cell: Cell, count: usize) -> usize {
        cell.index() * PLACE_COUNTS + count - 1
    }

    /// Returns the entry that a cell adds to the choice of a whole line on an axis.
    #[inline]
    pub fn line_all(&self, cell: Cell, axis: usize) -> usize {
        self.line_all + cell.index() * self.geometry.axes() + axis
    }

    /// Returns the entry of the shortest paying part of a line, starting here and going along the axis.
    #[inline]
    pub fn line_min(&self, start: Cell, axis: usize) -> usize {
        self.line_min + start.index() * self.geometry.axes() + axis
    }

    /// Returns the entry that a cell adds to the choice of a region.
    #[inline]
    pub fn territory(&self, cell: Cell) -> usize {
        self.territory + cell.index()
    }

    /// Returns the entry that eliminates from the stack on a cell.
    #[inline]
    pub fn eliminate(&self, cell: Cell) -> usize {
        self.eliminate + cell.index()
    }

    /// Returns the entry that goes from one cell to another on a common ray, or `None` if they share none.
    #[inline]
    pub fn ray(&self, from: Cell, to: Cell) -> Option<usize> {
        let ((x0, y0), (x1, y1)) = (self.geometry.coords(from), self.geometry.coords(to));
        let (dx, dy) = (x1 - x0, y1 - y0);
        let distance = dx.abs().max(dy.abs());
        if distance == 0 {
            return None;
        }
        let direction = usize::from(self.direction_by_sign[sign_slot(dx, dy)]);
        let start = self.ray_starts[from.index() * self.geometry.directions() + direction] as usize;
        let index = start + distance as usize - 1;
        // The sign names a direction even for two cells off every common ray; the stored pair tells.
        (self.ray_pairs.get(index) == Some(&(from, to))).then_some(self.rays + index)
    }

    /// Returns the entry of every skip.
    #[inline]
    pub fn decline(&self) -> usize {
        self.decline
    }

    /// Returns the entry that swaps sides.
    #[inline]
    pub fn swap(&self) -> usize {
        self.decline + 1
    }

    /// Returns the block of placement entries.
    pub fn place_block(&self) -> Range<usize> {
        0..self.line_all
    }

    /// Returns the block of whole-line entries.
    pub fn line_all_block(&self) -> Range<usize> {
        self.line_all..self.line_min
    }

    /// Returns the block of line-window entries.
    pub fn line_min_block(&self) -> Range<usize> {
        self.line_min..self.territory
    }

    /// Returns the block of territory entries.
    pub fn territory_block(&self) -> Range<usize> {
        self.territory..self.eliminate
    }

    /// Returns the block of elimination entries.
    pub fn eliminate_block(&self) -> Range<usize> {
        self.eliminate..self.rays
    }

    /// Returns the block of ray entries.
    pub fn ray_block(&self) -> Range<usize> {
        self.rays..self.decline
    }
}

#[inline]
fn sign_slot(dx: i8, dy: i8) -> usize {
    ((dx.signum() + 1) * 3 + dy.signum() + 1) as usize
}
