//! Per-board tables of the evaluation.

use std::sync::OnceLock;

use crate::board::{BoardKind, BoardShape, Cell, Geometry};

/// Tabulates what the evaluation asks of a board over and over.
#[derive(Debug)]
pub(super) struct HeuristicTables {
    /// The cells that count as the centre.
    pub center: Vec<Cell>,
    /// Coordinates from 0 on every axis that distance is measured along; two on square boards, three on hexagonal ones.
    axes: Vec<[u8; AXES]>,
    near: Vec<(Cell, u8)>,
    near_starts: Vec<u32>,
    /// Steps of a hexagonal board count twice in a distance taken along its three axes.
    pub steps_count_twice: bool,
    /// The reference leaves this board's neighbour and line tables empty.
    pub reference_tables_empty: bool,
}

/// Coordinate axes of a hexagonal board; a square board's third is constant.
pub(super) const AXES: usize = 3;
/// Values of a coordinate counted from 0, on the widest board.
pub(super) const AXIS_VALUES: usize = 25;

/// How far from a marker a foreign stack counts as near, in units of [`HeuristicTables::distance`].
const NEAR_ON_SQUARES: u8 = 2;
const NEAR_ON_HEXES: u8 = 4;

impl HeuristicTables {
    /// Returns the tables of a board, built at the first call.
    pub(super) fn of(board: BoardKind) -> &'static Self {
        static ALL: [OnceLock<HeuristicTables>; 4] = [const { OnceLock::new() }; 4];
        ALL[board as usize].get_or_init(|| Self::build(board.geometry()))
    }

    fn build(geometry: &Geometry) -> Self {
        let shape = geometry.descriptor().shape;
        let hex = matches!(shape, BoardShape::Hex { .. });
        let mut tables = Self {
            center: geometry.cell_iter().filter(|&cell| is_center(shape, geometry.coords(cell))).collect(),
            axes: geometry.cell_iter().map(|cell| axis_values(shape, geometry.coords(cell))).collect(),
            near: Vec::new(),
            near_starts: vec![0],
            steps_count_twice: hex,
            reference_tables_empty: hex && geometry.descriptor().words == 1,
        };
        let reach = if hex { NEAR_ON_HEXES } else { NEAR_ON_SQUARES };
        for cell in geometry.cell_iter() {
            let mut near: Vec<_> = geometry
                .cell_iter()
                .filter(|&other| other != cell)
                .map(|other| (other, tables.distance(cell, other)))
                .filter(|&(_, distance)| distance <= reach)
                .collect();
            near.sort_by_key(|&(_, distance)| distance);
            tables.near.extend(near);
            tables.near_starts.push(tables.near.len() as u32);
        }
        tables
    }

    /// Returns a cell's coordinates from 0.
    #[inline]
    pub(super) fn axis_values(&self, cell: Cell) -> [u8; AXES] {
        self.axes[cell.index()]
    }

    /// Returns the sum of the coordinate differences: Manhattan distance on squares, twice the steps on hexes.
    pub(super) fn distance(&self, a: Cell, b: Cell) -> u8 {
        let (a, b) = (self.axis_values(a), self.axis_values(b));
        (0..AXES).map(|axis| a[axis].abs_diff(b[axis])).sum()
    }

    /// Returns the cells around a cell with their distance, nearest first: up to 2 on squares, up to two steps on hexes.
    #[inline]
    pub(super) fn near(&self, cell: Cell) -> &[(Cell, u8)] {
        let i = cell.index();
        &self.near[self.near_starts[i] as usize..self.near_starts[i + 1] as usize]
    }
}

/// Says whether a cell lies in the centre: within one step of the middle on the small boards, two on the large ones (half as
/// many where the middle of a square board falls between cells).
fn is_center(shape: BoardShape, (x, y): (i8, i8)) -> bool {
    match shape {
        BoardShape::Square { size } => {
            let reach = if size > 8 { 2 } else { 1 };
            (2 * x - (size - 1)).abs() <= reach && (2 * y - (size - 1)).abs() <= reach
        }
        BoardShape::Hex { radius } => {
            let reach = if radius > 4 { 2 } else { 1 };
            x.abs().max(y.abs()).max((x + y).abs()) <= reach
        }
    }
}

fn axis_values(shape: BoardShape, (x, y): (i8, i8)) -> [u8; AXES] {
    match shape {
        BoardShape::Square { .. } => [x as u8, y as u8, 0],
        BoardShape::Hex { radius } => [(x + radius) as u8, (y + radius) as u8, (radius - x - y) as u8],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_centre_has_the_references_size() {
        let sizes = BoardKind::ALL.map(|board| (board.name(), HeuristicTables::of(board).center.len()));
        assert_eq!(sizes, [("square8", 4), ("square19", 9), ("hex8", 7), ("hexagonal", 19)]);
    }

    #[test]
    fn only_hex8_lacks_tables_in_the_reference() {
        let lacking = BoardKind::ALL.map(|board| HeuristicTables::of(board).reference_tables_empty);
        assert_eq!(lacking, [false, false, true, false]);
    }

    #[test]
    fn near_cells_come_nearest_first_and_neighbours_are_among_them() {
        for board in BoardKind::ALL {
            let (tables, geometry) = (HeuristicTables::of(board), board.geometry());
            let unit = if tables.steps_count_twice { 2 } else { 1 };
            for cell in geometry.cell_iter() {
                let near = tables.near(cell);
                assert!(near.is_sorted_by_key(|&(_, distance)| distance));
                assert!(near.iter().all(|&(other, distance)| distance == tables.distance(other, cell)));
                let beside =
                    geometry.territory_directions().iter().filter_map(|&d| geometry.neighbor(cell, d));
                assert!(beside.into_iter().all(|other| near.contains(&(other, unit))));
            }
        }
    }
}
