//! The forms in which a convolution is written.

use std::sync::Arc;

use crate::autodiff::{CellOrder, NeighborTable, Tape};
use crate::graph::{Dim, TensorShape, Var};
use crate::net::NetSpec;
use crate::net::spec::grid_offsets;

/// Chooses how convolutions are written; all forms compute the same function of the same parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConvForm {
    /// One Gather through the neighbour table and one Gemm; fits every board.
    Gather,
    /// Winograd F(4x4, 3x3) as matrix products; fits square grids whose side is a multiple of four.
    Winograd,
}

impl ConvForm {
    /// Tells whether a form fits a board.
    #[must_use]
    pub fn fits(self, spec: &NetSpec) -> bool {
        match self {
            Self::Gather => true,
            Self::Winograd => spec.grid().is_some_and(|side| side % 4 == 0),
        }
    }

    /// Returns the form that was measured to be the fastest on a CPU for a board.
    #[must_use]
    pub fn fastest_on_cpu(spec: &NetSpec) -> Self {
        if Self::Winograd.fits(spec) { Self::Winograd } else { Self::Gather }
    }

    /// Returns the order of rows that goes with the form.
    pub(crate) fn order(self) -> CellOrder {
        match self {
            Self::Gather => CellOrder::SampleMajor,
            Self::Winograd => CellOrder::CellMajor,
        }
    }
}

/// Writes convolutions of one board in one form.
pub(crate) struct Convolution {
    form: ConvForm,
    table: Arc<NeighborTable>,
    winograd: Option<Winograd>,
}

impl Convolution {
    /// Prepares the constants of a form; falls back to [`ConvForm::Gather`] where the form does not fit.
    pub(crate) fn new(spec: &NetSpec, form: ConvForm) -> Self {
        let winograd = match spec.grid().filter(|_| form == ConvForm::Winograd && form.fits(spec)) {
            Some(side) => Winograd::new(spec.table(), side),
            None => None,
        };
        let form = if winograd.is_some() { ConvForm::Winograd } else { ConvForm::Gather };
        Self { form, table: Arc::clone(spec.table()), winograd }
    }

    /// Returns the order of rows that the convolution reads and writes.
    pub(crate) fn order(&self) -> CellOrder {
        self.form.order()
    }

    /// Adds one convolution: `[cells * N, in]` to `[cells * N, out]`.
    pub(crate) fn apply(&self, tape: &mut Tape, x: Var, w: Var, bias: Var) -> Var {
        match &self.winograd {
            None => tape.conv(x, w, bias, &self.table),
            Some(winograd) => winograd.apply(tape, x, w, bias),
        }
    }
}

/// The transforms of F(4x4, 3x3), with zero padding and tiling folded into constant matrices.
///
/// # Source
/// Lavin and Gray 2016, "Fast algorithms for convolutional neural networks", section 4.3.
struct Winograd {
    side: usize,
    tiles: usize,
    /// Board line to tile elements, `[6 * tiles, side]`, element-major.
    spread: Vec<f64>,
    /// Tile elements to board line, `[side, 6 * tiles]`.
    collect: Vec<f64>,
    /// Taps to tile weights, `[36, 9]`, columns in the order of the neighbour table.
    weights: Vec<f64>,
}

const INPUT: [[f64; 6]; 6] = [
    [4.0, 0.0, -5.0, 0.0, 1.0, 0.0],
    [0.0, -4.0, -4.0, 1.0, 1.0, 0.0],
    [0.0, 4.0, -4.0, -1.0, 1.0, 0.0],
    [0.0, -2.0, -1.0, 2.0, 1.0, 0.0],
    [0.0, 2.0, -1.0, -2.0, 1.0, 0.0],
    [0.0, 4.0, 0.0, -5.0, 0.0, 1.0],
];
const FILTER: [[f64; 3]; 6] = [
    [1.0 / 4.0, 0.0, 0.0],
    [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
    [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
    [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
    [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
    [0.0, 0.0, 1.0],
];
const OUTPUT: [[f64; 6]; 4] = [
    [1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
    [0.0, 1.0, -1.0, 2.0, -2.0, 0.0],
    [0.0, 1.0, 1.0, 4.0, 4.0, 0.0],
    [0.0, 1.0, -1.0, 8.0, -8.0, 1.0],
];

impl Winograd {
    fn new(table: &NeighborTable, side: usize) -> Option<Self> {
        let tiles = side / 4;
        let rows = 6 * tiles;
        let mut spread = vec![0.0; rows * side];
        let mut collect = vec![0.0; side * rows];
        for tile in 0..tiles {
            for element in 0..6 {
                let row = element * tiles + tile;
                for (i, &factor) in INPUT[element].iter().enumerate() {
                    // A tile of six starts one cell before its four; what lies off the board counts as zero.
                    if let Some(at) = (4 * tile + i).checked_sub(1).filter(|&at| at < side) {
                        spread[row * side + at] = factor;
                    }
                }
                for (j, line) in OUTPUT.iter().enumerate() {
                    collect[(4 * tile + j) * rows + row] = line[element];
                }
            }
        }
        let offsets = grid_offsets(table, side)?;
        let tap = |f: usize, g: usize, (dx, dy): (i64, i64)| {
            FILTER[f][(dx + 1) as usize] * FILTER[g][(dy + 1) as usize]
        };
        let weights = (0..36).flat_map(|e| offsets.iter().map(move |&o| (e / 6, e % 6, o)));
        let weights = weights.map(|(f, g, o)| tap(f, g, o)).collect();
        Some(Self { side, tiles, spread, collect, weights })
    }

    fn apply(&self, tape: &mut Tape, x: Var, w: Var, bias: Var) -> Var {
        let (input, tiles) = (tape.width(x), self.tiles);
        let out = tape.width(w);
        let element = tape.graph.element(x);
        let rows = 6 * tiles;
        let spread = tape.graph.constant(element, &[rows, self.side], &self.spread);
        let collect = tape.graph.constant(element, &[self.side, rows], &self.collect);
        let weights = tape.graph.constant(element, &[36, 9], &self.weights);

        let side = self.side;
        let spread_x = self.along_first(tape, spread, x, (side, side * input));
        let spread_xy = self.along_second(tape, spread, spread_x, (rows, side, input));
        let stacks =
            vec![Dim::Fixed(6), Dim::Fixed(tiles), Dim::Fixed(6), Dim::Batch(tiles), Dim::Fixed(input)];
        let tiles_in = tape.reshape(spread_xy, TensorShape(stacks));

        let flat = tape.reshape(w, TensorShape::fixed(&[9, input * out]));
        let kernel = tape.matmul(weights, flat);
        let kernel = tape.reshape(kernel, TensorShape::fixed(&[6, 1, 6, input, out]));

        let product = tape.matmul(tiles_in, kernel);
        let collected_y = self.along_second(tape, collect, product, (rows, rows, out));
        let collected = self.along_first(tape, collect, collected_y, (rows, side * out));
        let cells = tape.reshape(collected, TensorShape::batch(side * side, &[out]));
        tape.add(cells, bias)
    }

    /// Multiplies a constant onto the first board axis.
    fn along_first(&self, tape: &mut Tape, m: Var, x: Var, (lines, width): (usize, usize)) -> Var {
        let lines = tape.reshape(x, TensorShape(vec![Dim::Fixed(lines), Dim::Batch(width)]));
        tape.matmul(m, lines)
    }

    /// Multiplies a constant onto the second board axis.
    fn along_second(
        &self,
        tape: &mut Tape,
        m: Var,
        x: Var,
        (first, second, width): (usize, usize, usize),
    ) -> Var {
        let dims = vec![Dim::Fixed(first), Dim::Fixed(second), Dim::Batch(width)];
        let lines = tape.reshape(x, TensorShape(dims));
        tape.matmul(m, lines)
    }
}
