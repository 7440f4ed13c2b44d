//! Where the cells of a board lie.

use std::sync::OnceLock;

use super::{BoardDescriptor, BoardKind, Cell, CellSet, Symmetry};

/// Tabulates a board's cells, neighbours, rays, masks and symmetries. One value per board lives for the
/// whole process; get it with [`BoardKind::geometry`].
#[derive(Debug)]
pub struct Geometry {
    kind: BoardKind,
    coords: Vec<(i8, i8)>,
    index: Vec<Cell>,
    directions: usize,
    neighbors: Vec<Cell>,
    ray_starts: Vec<u32>,
    ray_cells: Vec<Cell>,
    ray_masks: Vec<u64>,
    neighbor_masks: Vec<u64>,
    territory_masks: Vec<u64>,
    full_words: Vec<u64>,
    taps: Vec<u16>,
    symmetries: Vec<Symmetry>,
}

/// Side of the square table from coordinates to cells; wide enough for every board.
const INDEX_SIDE: usize = 32;

impl BoardKind {
    /// Returns the board's geometry, built at the first call.
    pub fn geometry(self) -> &'static Geometry {
        Geometry::of(self)
    }
}

impl Geometry {
    fn of(kind: BoardKind) -> &'static Geometry {
        static ALL: [OnceLock<Geometry>; 4] = [const { OnceLock::new() }; 4];
        ALL[kind as usize].get_or_init(|| Geometry::build(kind))
    }

    fn build(kind: BoardKind) -> Geometry {
        let shape = kind.descriptor().shape;
        let steps = shape.steps();
        let (mut coords, mut index) = (Vec::new(), vec![Cell::NONE; INDEX_SIDE * INDEX_SIDE]);
        for x in shape.range() {
            for y in shape.range().filter(|&y| shape.holds(x, y)) {
                index[index_slot(x, y)] = Cell(coords.len() as u16);
                coords.push((x, y));
            }
        }
        let mut geometry = Geometry {
            kind,
            coords,
            index,
            directions: steps.len(),
            neighbors: Vec::new(),
            ray_starts: vec![0],
            ray_cells: Vec::new(),
            ray_masks: Vec::new(),
            neighbor_masks: Vec::new(),
            territory_masks: Vec::new(),
            full_words: Vec::new(),
            taps: Vec::new(),
            symmetries: Vec::new(),
        };
        geometry.fill_rays(steps);
        geometry.fill_masks();
        geometry.fill_symmetries(steps);
        geometry
    }

    fn fill_rays(&mut self, steps: &[(i8, i8)]) {
        for &(x, y) in &self.coords {
            for &(dx, dy) in steps {
                let (mut at, start) = ((x + dx, y + dy), self.ray_cells.len());
                while let Some(cell) = lookup(&self.index, at.0, at.1) {
                    self.ray_cells.push(cell);
                    at = (at.0 + dx, at.1 + dy);
                }
                self.ray_starts.push(self.ray_cells.len() as u32);
                self.neighbors.push(self.ray_cells.get(start).copied().unwrap_or(Cell::NONE));
            }
        }
    }

    fn fill_masks(&mut self) {
        let words = self.kind.descriptor().words;
        let territory = self.kind.descriptor().shape.territory_directions();
        let mask = |cells: &mut dyn Iterator<Item = Cell>| {
            let mut row = vec![0u64; words];
            cells.for_each(|c| row[c.index() / 64] |= 1 << (c.index() % 64));
            row
        };
        self.full_words = mask(&mut (0..self.coords.len() as u16).map(Cell));
        for i in 0..self.coords.len() {
            let cell = Cell(i as u16);
            let all = mask(&mut (0..self.directions).filter_map(|d| self.neighbor(cell, d)));
            let orthogonal = mask(&mut territory.iter().filter_map(|&d| self.neighbor(cell, d)));
            self.neighbor_masks.extend(all);
            self.territory_masks.extend(orthogonal);
            for d in 0..self.directions {
                let ray = mask(&mut self.ray(cell, d).iter().copied());
                self.ray_masks.extend(ray);
            }
            self.taps.push(i as u16);
            for d in 0..self.directions {
                self.taps.push(self.neighbor(cell, d).map_or(self.coords.len() as u16, |c| c.0));
            }
        }
    }

    fn fill_symmetries(&mut self, steps: &[(i8, i8)]) {
        let shape = self.kind.descriptor().shape;
        let origin = shape.images(0, 0);
        for (g, &(ox, oy)) in origin.iter().enumerate() {
            let image = |(x, y): (i8, i8)| shape.images(x, y)[g];
            let cells = self
                .coords
                .iter()
                .map(|&p| lookup(&self.index, image(p).0, image(p).1).unwrap_or(Cell::NONE))
                .collect();
            let directions = steps
                .iter()
                .map(|&s| {
                    let turned = (image(s).0 - ox, image(s).1 - oy);
                    steps.iter().position(|&t| t == turned).unwrap_or(0) as u8
                })
                .collect();
            self.symmetries.push(Symmetry { cells, directions });
        }
    }

    /// Returns the board this is the geometry of.
    pub fn kind(&self) -> BoardKind {
        self.kind
    }

    /// Returns what distinguishes this board from the others.
    pub fn descriptor(&self) -> &'static BoardDescriptor {
        self.kind.descriptor()
    }

    /// Returns the number of cells.
    #[inline]
    pub fn cells(&self) -> usize {
        self.coords.len()
    }

    /// Visits all cells in order.
    pub fn cell_iter(&self) -> impl ExactSizeIterator<Item = Cell> + use<> {
        (0..self.coords.len() as u16).map(Cell)
    }

    /// Returns (x, y) of a cell; (q, r) on hex boards.
    #[inline]
    pub fn coords(&self, cell: Cell) -> (i8, i8) {
        self.coords[cell.index()]
    }

    /// Returns the cell at (x, y), or `None` off the board.
    pub fn cell_at(&self, x: i8, y: i8) -> Option<Cell> {
        lookup(&self.index, x, y)
    }

    /// Returns the number of directions: 8 on square boards, 6 on hex boards.
    #[inline]
    pub fn directions(&self) -> usize {
        self.directions
    }

    /// Returns the unit step of each direction.
    pub fn steps(&self) -> &'static [(i8, i8)] {
        self.kind.descriptor().shape.steps()
    }

    /// Returns the opposite direction.
    #[inline]
    pub fn opposite(&self, direction: usize) -> usize {
        (direction + self.directions / 2) % self.directions
    }

    /// Returns the number of line axes; axis `a` joins direction `a` and its opposite.
    #[inline]
    pub fn axes(&self) -> usize {
        self.directions / 2
    }

    /// Returns the axis a direction lies on.
    #[inline]
    pub fn axis_of(&self, direction: usize) -> usize {
        direction % (self.directions / 2)
    }

    /// Returns one direction per axis in the order in which the reference looks for lines (S10).
    pub fn line_scan_directions(&self) -> &'static [usize] {
        self.kind.descriptor().shape.line_scan_directions()
    }

    /// Returns the directions across which territory is connected.
    pub fn territory_directions(&self) -> &'static [usize] {
        self.kind.descriptor().shape.territory_directions()
    }

    /// Returns the adjacent cell in a direction.
    #[inline]
    pub fn neighbor(&self, cell: Cell, direction: usize) -> Option<Cell> {
        self.neighbors[cell.index() * self.directions + direction].some()
    }

    /// Returns the cells from `cell` outward in a direction, nearest first, without `cell` itself.
    #[inline]
    pub fn ray(&self, cell: Cell, direction: usize) -> &[Cell] {
        let i = cell.index() * self.directions + direction;
        &self.ray_cells[self.ray_starts[i] as usize..self.ray_starts[i + 1] as usize]
    }

    /// Returns the cells of a ray as a set.
    ///
    /// # Panics
    /// Never, provided `W` is this board's number of words.
    #[inline]
    pub fn ray_mask<const W: usize>(&self, cell: Cell, direction: usize) -> CellSet<W> {
        row(&self.ray_masks, cell.index() * self.directions + direction)
    }

    /// Returns the adjacent cells in all directions as a set.
    #[inline]
    pub fn neighbor_mask<const W: usize>(&self, cell: Cell) -> CellSet<W> {
        row(&self.neighbor_masks, cell.index())
    }

    /// Returns the territory-adjacent cells (orthogonal on square boards) as a set.
    #[inline]
    pub fn territory_mask<const W: usize>(&self, cell: Cell) -> CellSet<W> {
        row(&self.territory_masks, cell.index())
    }

    /// Returns the set of all cells.
    #[inline]
    pub fn full_set<const W: usize>(&self) -> CellSet<W> {
        row(&self.full_words, 0)
    }

    /// Returns direction and distance from one cell to another on a common ray.
    pub fn direction_to(&self, from: Cell, to: Cell) -> Option<(usize, usize)> {
        let ((x0, y0), (x1, y1)) = (self.coords(from), self.coords(to));
        let (dx, dy) = (x1 - x0, y1 - y0);
        let distance = dx.abs().max(dy.abs());
        if distance == 0 {
            return None;
        }
        let direction =
            self.steps().iter().position(|&(sx, sy)| (sx * distance, sy * distance) == (dx, dy))?;
        Some((direction, distance as usize))
    }

    /// Returns the neighbour table: per cell its own index, then one index per direction, `cells()` where
    /// the neighbour is off the board.
    ///
    /// # Shapes
    /// `[cells, 1 + directions]`, row-major.
    pub fn taps(&self) -> &[u16] {
        &self.taps
    }

    /// Returns the board's symmetries, the identity first: 8 on square boards, 12 on hex boards.
    pub fn symmetries(&self) -> &[Symmetry] {
        &self.symmetries
    }
}

#[inline]
fn row<const W: usize>(table: &[u64], index: usize) -> CellSet<W> {
    let mut words = [0; W];
    words.copy_from_slice(&table[index * W..index * W + W]);
    CellSet(words)
}

fn index_slot(x: i8, y: i8) -> usize {
    let half = INDEX_SIDE as i32 / 2;
    // Square boards start at 0 and reach 18, hex boards reach -12 to 12: modulo keeps both in the table.
    ((i32::from(x) + half).rem_euclid(INDEX_SIDE as i32) as usize) * INDEX_SIDE
        + (i32::from(y) + half).rem_euclid(INDEX_SIDE as i32) as usize
}

fn lookup(index: &[Cell], x: i8, y: i8) -> Option<Cell> {
    let near = |v: i8| (-13..=19).contains(&v);
    if near(x) && near(y) { index[index_slot(x, y)].some() } else { None }
}
