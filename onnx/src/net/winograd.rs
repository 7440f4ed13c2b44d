//! Convolution by Winograd's minimal filtering, written as matrix products.

use crate::autodiff::Tape;
use crate::graph::{Dim, TensorShape, Var};
use crate::net::grid::BoardGrid;

/// The points at which F(4, 3) evaluates polynomials, besides infinity.
const FOUR: &[f64] = &[0.0, 1.0, -1.0, 2.0, -2.0];
/// The points of F(5, 3). The half keeps the largest factor of the transforms small, and with it the rounding in f32.
const FIVE: &[f64] = &[0.0, 1.0, -1.0, 2.0, -2.0, 0.5];

/// The transforms of F(m x m, 3 x 3) on a board, with zero padding and tiling folded into constant matrices.
///
/// Rows are cell-major. A board that does not fill its bounding square is laid into it first and taken out of it last.
///
/// # Source
/// Lavin and Gray 2016, "Fast algorithms for convolutional neural networks", section 4; the transforms are those of Toom and Cook.
pub(crate) struct Winograd {
    side: usize,
    tiles: usize,
    /// Elements of a tile along one axis.
    elements: usize,
    cells: usize,
    taps: usize,
    /// Cell at each place of the square, or the number of cells; with the place of each cell. `None` for a full square.
    embedding: Option<(Vec<i64>, Vec<i64>)>,
    /// Board line to tile elements, `[elements * tiles, side]`, element-major.
    spread: Vec<f64>,
    /// Tile elements to board line, `[side, elements * tiles]`.
    collect: Vec<f64>,
    /// Taps to tile weights, `[elements squared, taps]`, columns in the order of the neighbour table.
    weights: Vec<f64>,
}

impl Winograd {
    /// Prepares the constants for a board, with the tile size that multiplies least.
    pub(crate) fn new(grid: &BoardGrid) -> Self {
        let side = grid.side();
        let work = |points: &[f64]| (points.len() + 1) * side.div_ceil(points.len() - 1);
        let points = if work(FIVE) < work(FOUR) { FIVE } else { FOUR };
        let elements = points.len() + 1;
        let outputs = elements - 2;
        let tiles = side.div_ceil(outputs);
        let rows = elements * tiles;
        let (input, filter, output) = transforms(points);
        let mut spread = vec![0.0; rows * side];
        let mut collect = vec![0.0; side * rows];
        for tile in 0..tiles {
            for element in 0..elements {
                let row = element * tiles + tile;
                for (i, &factor) in input[element].iter().enumerate() {
                    // A tile starts one cell before its outputs; what lies off the square counts as zero.
                    if let Some(at) = (outputs * tile + i).checked_sub(1).filter(|&at| at < side) {
                        spread[row * side + at] = factor;
                    }
                }
                for j in (0..outputs).filter(|j| outputs * tile + j < side) {
                    collect[(outputs * tile + j) * rows + row] = output[j][element];
                }
            }
        }
        let offsets = grid.offsets();
        let tap = |e: usize, (dx, dy): (i64, i64)| {
            filter[e / elements][(dx + 1) as usize] * filter[e % elements][(dy + 1) as usize]
        };
        let weights =
            (0..elements * elements).flat_map(|e| offsets.iter().map(move |&o| tap(e, o))).collect();
        let (cells, taps) = (grid.cells(), offsets.len());
        Self { side, tiles, elements, cells, taps, embedding: grid.embedding(), spread, collect, weights }
    }

    /// Adds one convolution: `[cells * N, in]` to `[cells * N, out]`.
    pub(crate) fn apply(&self, tape: &mut Tape, x: Var, w: Var, bias: Var) -> Var {
        let (side, tiles, elements) = (self.side, self.tiles, self.elements);
        let (input, out, rows) = (tape.width(x), tape.width(w), elements * tiles);
        let element = tape.graph.element(x);
        let spread = tape.graph.constant(element, &[rows, side], &self.spread);
        let collect = tape.graph.constant(element, &[side, rows], &self.collect);
        let weights = tape.graph.constant(element, &[elements * elements, self.taps], &self.weights);

        let square = self.embed(tape, x, input);
        let spread_x = along_first(tape, spread, square, (side, side * input));
        let spread_xy = along_second(tape, spread, spread_x, (rows, side, input));
        let axes = [elements, tiles, elements].map(Dim::Fixed);
        let stacks = [&axes[..], &[Dim::Batch(tiles), Dim::Fixed(input)]].concat();
        let tiles_in = tape.reshape(spread_xy, TensorShape(stacks));

        let flat = tape.reshape(w, TensorShape::fixed(&[self.taps, input * out]));
        let kernel = tape.matmul(weights, flat);
        let kernel = tape.reshape(kernel, TensorShape::fixed(&[elements, 1, elements, input, out]));

        let product = tape.matmul(tiles_in, kernel);
        let collected_y = along_second(tape, collect, product, (rows, rows, out));
        let collected = along_first(tape, collect, collected_y, (rows, side * out));
        let cells = self.extract(tape, collected, out);
        tape.add(cells, bias)
    }

    /// Lays the cells into the square.
    fn embed(&self, tape: &mut Tape, x: Var, width: usize) -> Var {
        let Some((cell_at, _)) = &self.embedding else { return x };
        let lines = tape.reshape(x, TensorShape(vec![Dim::Fixed(self.cells), Dim::Batch(width)]));
        tape.gather_padded(lines, cell_at, 0)
    }

    /// Takes the cells out of the square.
    fn extract(&self, tape: &mut Tape, square: Var, width: usize) -> Var {
        let shape = TensorShape::batch(self.cells, &[width]);
        let Some((_, place_of)) = &self.embedding else { return tape.reshape(square, shape) };
        let places = vec![Dim::Fixed(self.side * self.side), Dim::Batch(width)];
        let places = tape.reshape(square, TensorShape(places));
        let lines = tape.gather(places, place_of, 0);
        tape.reshape(lines, shape)
    }
}

/// Multiplies a constant onto the first board axis.
fn along_first(tape: &mut Tape, m: Var, x: Var, (lines, width): (usize, usize)) -> Var {
    let lines = tape.reshape(x, TensorShape(vec![Dim::Fixed(lines), Dim::Batch(width)]));
    tape.matmul(m, lines)
}

/// Multiplies a constant onto the second board axis.
fn along_second(tape: &mut Tape, m: Var, x: Var, (first, second, width): (usize, usize, usize)) -> Var {
    let dims = vec![Dim::Fixed(first), Dim::Fixed(second), Dim::Batch(width)];
    let lines = tape.reshape(x, TensorShape(dims));
    tape.matmul(m, lines)
}

type Matrix = Vec<Vec<f64>>;

/// Builds the transforms of inputs, of the three filter taps and of outputs from evaluation points and infinity.
fn transforms(points: &[f64]) -> (Matrix, Matrix, Matrix) {
    let (n, outputs) = (points.len() + 1, points.len() - 1);
    let others = |i: usize| points.iter().enumerate().filter(move |&(k, _)| k != i).map(|(_, &p)| p);
    let row = |i: usize| {
        let mut row = polynomial(others(i));
        row.resize(n, 0.0);
        row
    };
    let input = (0..n).map(row).collect();
    let filter = (0..n)
        .map(|i| match points.get(i) {
            Some(&p) => {
                let norm: f64 = others(i).map(|q| p - q).product();
                vec![1.0 / norm, p / norm, p * p / norm]
            }
            None => vec![0.0, 0.0, 1.0],
        })
        .collect();
    let last = |j: usize| if j + 1 == outputs { 1.0 } else { 0.0 };
    let output =
        (0..outputs).map(|j| points.iter().map(|p| p.powi(j as i32)).chain([last(j)]).collect()).collect();
    (input, filter, output)
}

/// Multiplies out the product of `x - root`; coefficients from the constant upwards.
fn polynomial(roots: impl Iterator<Item = f64>) -> Vec<f64> {
    roots.fold(vec![1.0], |p, root| {
        let mut next = vec![0.0; p.len() + 1];
        for (i, c) in p.iter().enumerate() {
            next[i + 1] += c;
            next[i] -= root * c;
        }
        next
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Filters a line of numbers directly and through the transforms.
    #[test]
    fn transforms_filter_exactly() {
        for points in [FOUR, FIVE] {
            let (input, filter, output) = transforms(points);
            let n = points.len() + 1;
            let line: Vec<f64> = (0..n).map(|i| (i as f64 * 1.7).sin()).collect();
            let taps = [0.3, -1.2, 0.7];
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
            let products: Vec<f64> = (0..n).map(|i| dot(&input[i], &line) * dot(&filter[i], &taps)).collect();
            for (j, row) in output.iter().enumerate() {
                assert!((dot(row, &products) - dot(&line[j..j + 3], &taps)).abs() < 1e-12);
            }
        }
    }

    /// The matrices of F(4, 3) as they are printed in the paper.
    #[test]
    fn four_outputs_have_the_published_matrices() {
        let (input, filter, _) = transforms(FOUR);
        assert_eq!(input[0], [4.0, 0.0, -5.0, 0.0, 1.0, 0.0]);
        assert_eq!(input[5], [0.0, 4.0, 0.0, -5.0, 0.0, 1.0]);
        assert_eq!(filter[3], [1.0 / 24.0, 2.0 / 24.0, 4.0 / 24.0]);
    }
}
