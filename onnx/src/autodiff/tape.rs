//! Differentiable operators: each adds its nodes to the graph and a record for the way back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::autodiff::NeighborTable;
use crate::graph::{Dim, Element, GraphBuilder, TensorShape, Var};

/// Says how the rows of a per-cell matrix `[cells * batch, channels]` are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellOrder {
    /// All cells of the first sample, then all of the second: one Gather makes a convolution's columns.
    SampleMajor,
    /// The first cell of all samples, then the second: board transforms are plain matrix products.
    CellMajor,
}

/// What the way back needs to know of one operator.
#[derive(Clone, Debug)]
pub(super) enum Rule {
    Add(Var, Var),
    Sub(Var, Var),
    Mul(Var, Var),
    Relu(Var),
    Gemm { x: Var, w: Var, bias: Option<Var> },
    MatMul(Var, Var),
    Gather { x: Var, indices: Vec<i64>, axis: usize },
    GatherPadded { x: Var, indices: Vec<i64>, axis: usize },
    Reshape(Var),
    Transpose { x: Var, order: Vec<usize> },
    Concat { xs: Vec<Var>, axis: usize },
    LogSoftmax(Var),
    Select { mask: Var, x: Var },
    WeightedSum { x: Var, weights: Var },
    Cast(Var),
    Pool { x: Var, cells: usize, order: CellOrder },
    AddPerSample { x: Var, bias: Var, cells: usize, order: CellOrder },
    Conv { x: Var, columns: Var, w: Var, bias: Var, table: Arc<NeighborTable> },
}

/// Writes a graph and remembers how to differentiate it.
///
/// Only values that depend on a parameter are differentiated; everything else costs nothing on the way back.
#[derive(Debug)]
pub struct Tape {
    /// The graph being written.
    pub graph: GraphBuilder,
    pub(super) records: Vec<(Var, Rule)>,
    pub(super) tracked: BTreeSet<Var>,
    pub(super) ones: BTreeMap<(usize, Element), Var>,
}

impl Tape {
    /// Starts an empty tape whose graph has the given floating-point type.
    #[must_use]
    pub fn new(float: Element) -> Self {
        Self {
            graph: GraphBuilder::new(float),
            records: Vec::new(),
            tracked: BTreeSet::new(),
            ones: BTreeMap::new(),
        }
    }

    /// Declares that the gradient with respect to a value will be asked for.
    pub fn track(&mut self, var: Var) {
        self.tracked.insert(var);
    }

    fn record(&mut self, out: Var, rule: Rule, ins: &[Var]) -> Var {
        if ins.iter().any(|v| self.tracked.contains(v)) {
            self.tracked.insert(out);
            self.records.push((out, rule));
        }
        out
    }

    /// Adds two tensors with broadcasting.
    pub fn add(&mut self, a: Var, b: Var) -> Var {
        let out = self.graph.add(a, b);
        self.record(out, Rule::Add(a, b), &[a, b])
    }

    /// Subtracts with broadcasting.
    pub fn sub(&mut self, a: Var, b: Var) -> Var {
        let out = self.graph.sub(a, b);
        self.record(out, Rule::Sub(a, b), &[a, b])
    }

    /// Multiplies element by element with broadcasting.
    pub fn mul(&mut self, a: Var, b: Var) -> Var {
        let out = self.graph.mul(a, b);
        self.record(out, Rule::Mul(a, b), &[a, b])
    }

    /// Multiplies by a constant.
    pub fn scale(&mut self, x: Var, factor: f64) -> Var {
        let factor = self.graph.scalar(x, factor);
        self.mul(x, factor)
    }

    /// Replaces negative elements by zero.
    pub fn relu(&mut self, x: Var) -> Var {
        let out = self.graph.relu(x);
        self.record(out, Rule::Relu(x), &[x])
    }

    /// Multiplies by a weight matrix and adds a bias per column: `[rows, k] x [k, n] + [n]`.
    pub fn linear(&mut self, x: Var, w: Var, bias: Option<Var>) -> Var {
        let out = self.graph.gemm((x, false), (w, false), bias);
        let mut ins = vec![x, w];
        ins.extend(bias);
        self.record(out, Rule::Gemm { x, w, bias }, &ins)
    }

    /// Multiplies stacks of matrices, broadcasting the stacks.
    pub fn matmul(&mut self, a: Var, b: Var) -> Var {
        let out = self.graph.matmul(a, b);
        self.record(out, Rule::MatMul(a, b), &[a, b])
    }

    /// Picks slices along an axis by constant indices.
    pub fn gather(&mut self, x: Var, indices: &[i64], axis: usize) -> Var {
        let out = self.graph.gather(x, indices, axis);
        self.record(out, Rule::Gather { x, indices: indices.to_vec(), axis }, &[x])
    }

    /// Picks slices along an axis by constant indices; one past the last slice stands for zeros. No slice is picked twice.
    pub fn gather_padded(&mut self, x: Var, indices: &[i64], axis: usize) -> Var {
        let padded = self.graph.pad_one(x, axis);
        let out = self.graph.gather(padded, indices, axis);
        self.record(out, Rule::GatherPadded { x, indices: indices.to_vec(), axis }, &[x])
    }

    /// Gives a tensor another shape of the same size.
    pub fn reshape(&mut self, x: Var, shape: TensorShape) -> Var {
        let out = self.graph.reshape(x, shape);
        if out == x { x } else { self.record(out, Rule::Reshape(x), &[x]) }
    }

    /// Permutes the axes.
    pub fn transpose(&mut self, x: Var, order: &[usize]) -> Var {
        let out = self.graph.transpose(x, order);
        self.record(out, Rule::Transpose { x, order: order.to_vec() }, &[x])
    }

    /// Joins tensors along an axis.
    pub fn concat(&mut self, xs: &[Var], axis: usize) -> Var {
        let out = self.graph.concat(xs, axis);
        self.record(out, Rule::Concat { xs: xs.to_vec(), axis }, xs)
    }

    /// Takes the logarithm of the softmax over the last axis.
    pub fn log_softmax(&mut self, x: Var) -> Var {
        let out = self.graph.log_softmax(x);
        self.record(out, Rule::LogSoftmax(x), &[x])
    }

    /// Puts `other` where the mask does not hold.
    pub fn mask(&mut self, x: Var, mask: Var, other: f64) -> Var {
        let other = self.graph.scalar(x, other);
        let out = self.graph.select(mask, x, other);
        self.record(out, Rule::Select { mask, x }, &[x])
    }

    /// Sums `x * weights` to a scalar; the weights have the shape of `x` and are not differentiated.
    pub fn weighted_sum(&mut self, x: Var, weights: Var) -> Var {
        let product = self.graph.mul(x, weights);
        let out = self.graph.sum_all(product);
        self.record(out, Rule::WeightedSum { x, weights }, &[x])
    }

    /// Converts to another element type.
    pub fn cast(&mut self, x: Var, to: Element) -> Var {
        let out = self.graph.cast(x, to);
        if out == x { x } else { self.record(out, Rule::Cast(x), &[x]) }
    }

    /// Averages a per-cell matrix over the cells: `[cells * N, channels]` to `[N, channels]`.
    pub fn pool(&mut self, x: Var, cells: usize, order: CellOrder) -> Var {
        let (stacked, axis) = self.stack_cells(x, cells, order);
        let out = self.graph.reduce_mean(stacked, &[axis], false);
        self.record(out, Rule::Pool { x, cells, order }, &[x])
    }

    /// Adds one row per sample to every cell of the sample: `[cells * N, channels] + [N, channels]`.
    pub fn add_per_sample(&mut self, x: Var, bias: Var, cells: usize, order: CellOrder) -> Var {
        let (stacked, axis) = self.stack_cells(x, cells, order);
        let row = self.insert_axis(bias, axis);
        let sum = self.graph.add(stacked, row);
        let shape = self.graph.shape(x).clone();
        let out = self.graph.reshape(sum, shape);
        self.record(out, Rule::AddPerSample { x, bias, cells, order }, &[x, bias])
    }

    /// Convolves over the neighbour table: one Gather makes the columns, one Gemm applies the weights.
    ///
    /// # Shapes
    /// `x` `[cells * N, in]` in sample-major order, `w` `[taps * in, out]`, `bias` `[out]`, result `[cells * N, out]`.
    pub fn conv(&mut self, x: Var, w: Var, bias: Var, table: &Arc<NeighborTable>) -> Var {
        let columns = self.columns(x, table.forward(), table);
        let out = self.graph.gemm((columns, false), (w, false), Some(bias));
        self.record(out, Rule::Conv { x, columns, w, bias, table: Arc::clone(table) }, &[x, w, bias])
    }

    /// Lays the cells that each tap reads side by side: `[cells * N, c]` to `[cells * N, taps * c]`.
    pub(super) fn columns(&mut self, x: Var, reads: &[i64], table: &NeighborTable) -> Var {
        let channels = self.width(x);
        let (cells, taps) = (table.cells(), table.taps());
        let boards = self.graph.reshape(x, TensorShape::batch(1, &[cells, channels]));
        let padded = self.graph.pad_one(boards, 1);
        let columns = self.graph.gather(padded, reads, 1);
        self.graph.reshape(columns, TensorShape::batch(cells, &[taps * channels]))
    }

    /// Views a per-cell matrix with its own axis for the cells; returns that axis too.
    pub(super) fn stack_cells(&mut self, x: Var, cells: usize, order: CellOrder) -> (Var, usize) {
        let channels = self.width(x);
        match order {
            CellOrder::SampleMajor => (self.graph.reshape(x, TensorShape::batch(1, &[cells, channels])), 1),
            CellOrder::CellMajor => {
                let dims = vec![Dim::Fixed(cells), Dim::Batch(1), Dim::Fixed(channels)];
                (self.graph.reshape(x, TensorShape(dims)), 0)
            }
        }
    }

    /// Gives a matrix `[N, channels]` an axis of size one, so that it broadcasts over cells.
    pub(super) fn insert_axis(&mut self, x: Var, axis: usize) -> Var {
        let mut shape = self.graph.shape(x).clone();
        shape.0.insert(axis, Dim::Fixed(1));
        self.graph.reshape(x, shape)
    }

    /// Returns the size of the last axis.
    pub(crate) fn width(&self, x: Var) -> usize {
        match self.graph.shape(x).0.last() {
            Some(Dim::Fixed(n)) => *n,
            _ => 0,
        }
    }
}
