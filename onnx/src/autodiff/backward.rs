//! The way back: one gradient rule per operator.

use std::collections::BTreeMap;

use crate::autodiff::tape::{Rule, Tape};
use crate::autodiff::{CellOrder, NeighborTable};
use crate::graph::{Dim, TensorShape, Var};

/// The gradients found so far, by value.
type Gradients = BTreeMap<Var, Var>;

impl Tape {
    /// Adds the nodes that compute the gradient of a scalar with respect to each of `parameters`.
    ///
    /// `seed` is the gradient of the scalar itself: one, or the loss scale. A parameter that the scalar does not
    /// depend on gets zeros.
    pub fn gradients(&mut self, scalar: Var, seed: Var, parameters: &[Var]) -> Vec<Var> {
        let mut grads = Gradients::from([(scalar, seed)]);
        for (out, rule) in std::mem::take(&mut self.records).into_iter().rev() {
            if let Some(&d) = grads.get(&out) {
                self.apply(&mut grads, out, d, rule);
            }
        }
        parameters.iter().map(|p| grads.get(p).copied().unwrap_or_else(|| self.zeros_like(*p))).collect()
    }

    fn zeros_like(&mut self, x: Var) -> Var {
        let shape = self.graph.shape(x).clone();
        let zero = self.graph.scalar(x, 0.0);
        self.graph.expand(zero, shape)
    }

    fn wants(&self, x: Var) -> bool {
        self.tracked.contains(&x)
    }

    fn give(&mut self, grads: &mut Gradients, x: Var, d: Var) {
        if !self.wants(x) {
            return;
        }
        if self.graph.shape(d) != self.graph.shape(x) {
            let text = format!("gradient {} of a value {}", self.graph.shape(d), self.graph.shape(x));
            self.graph.fail(text);
        }
        let sum = match grads.get(&x) {
            Some(&before) => self.graph.add(before, d),
            None => d,
        };
        grads.insert(x, sum);
    }

    fn apply(&mut self, grads: &mut Gradients, out: Var, d: Var, rule: Rule) {
        match rule {
            Rule::Add(a, b) => self.back_sum(grads, d, a, (b, false)),
            Rule::Sub(a, b) => self.back_sum(grads, d, a, (b, true)),
            Rule::Mul(a, b) => self.back_mul(grads, d, a, b),
            Rule::Relu(x) => {
                let open = self.graph.step_of_nonnegative(out);
                let dx = self.graph.mul(d, open);
                self.give(grads, x, dx);
            }
            Rule::Gemm { x, w, bias } => self.back_gemm(grads, d, (x, w), bias),
            Rule::MatMul(a, b) => self.back_matmul(grads, d, a, b),
            Rule::Gather { x, indices, axis } => self.back_gather(grads, d, x, (&indices, axis)),
            Rule::GatherPadded { x, indices, axis } => self.back_gather_padded(grads, d, x, (&indices, axis)),
            Rule::Reshape(x) => {
                let shape = self.graph.shape(x).clone();
                let dx = self.graph.reshape(d, shape);
                self.give(grads, x, dx);
            }
            Rule::Transpose { x, order } => {
                let mut inverse = vec![0; order.len()];
                order.iter().enumerate().for_each(|(i, &o)| inverse[o] = i);
                let dx = self.graph.transpose(d, &inverse);
                self.give(grads, x, dx);
            }
            Rule::Concat { xs, axis } => self.back_concat(grads, d, &xs, axis),
            Rule::LogSoftmax(x) => self.back_log_softmax(grads, (out, d), x),
            Rule::Select { mask, x } => {
                let zero = self.graph.scalar(d, 0.0);
                let dx = self.graph.select(mask, d, zero);
                self.give(grads, x, dx);
            }
            Rule::WeightedSum { x, weights } => {
                let dx = self.graph.mul(weights, d);
                self.give(grads, x, dx);
            }
            Rule::Cast(x) => {
                let element = self.graph.element(x);
                let dx = self.graph.cast(d, element);
                self.give(grads, x, dx);
            }
            Rule::Pool { x, cells, order } => self.back_pool(grads, d, x, (cells, order)),
            Rule::AddPerSample { x, bias, cells, order } => {
                self.back_per_sample(grads, d, bias, (cells, order));
                self.give(grads, x, d);
            }
            Rule::Conv { x, columns, w, bias, table } => {
                self.back_weights(grads, d, (columns, w), Some(bias));
                if self.wants(x) {
                    let dx = self.conv_input_gradient(d, w, &table);
                    self.give(grads, x, dx);
                }
            }
        }
    }

    fn back_log_softmax(&mut self, grads: &mut Gradients, (out, d): (Var, Var), x: Var) {
        let last = self.graph.shape(out).rank() - 1;
        let total = self.graph.reduce_sum(d, &[last], true);
        let softmax = self.graph.exp(out);
        let share = self.graph.mul(softmax, total);
        let dx = self.graph.sub(d, share);
        self.give(grads, x, dx);
    }

    fn back_per_sample(
        &mut self,
        grads: &mut Gradients,
        d: Var,
        bias: Var,
        (cells, order): (usize, CellOrder),
    ) {
        if self.wants(bias) {
            let (stacked, axis) = self.stack_cells(d, cells, order);
            let db = self.graph.reduce_sum(stacked, &[axis], false);
            self.give(grads, bias, db);
        }
    }

    fn back_sum(&mut self, grads: &mut Gradients, d: Var, a: Var, b: (Var, bool)) {
        if self.wants(a) {
            let da = self.unbroadcast(d, a);
            self.give(grads, a, da);
        }
        if self.wants(b.0) {
            let d = if b.1 { self.graph.neg(d) } else { d };
            let db = self.unbroadcast(d, b.0);
            self.give(grads, b.0, db);
        }
    }

    fn back_mul(&mut self, grads: &mut Gradients, d: Var, a: Var, b: Var) {
        for (x, other) in [(a, b), (b, a)] {
            if self.wants(x) {
                let full = self.graph.mul(d, other);
                let dx = self.unbroadcast(full, x);
                self.give(grads, x, dx);
            }
        }
    }

    fn back_gemm(&mut self, grads: &mut Gradients, d: Var, (x, w): (Var, Var), bias: Option<Var>) {
        self.back_weights(grads, d, (x, w), bias);
        if self.wants(x) {
            let dx = self.graph.gemm((d, false), (w, true), None);
            self.give(grads, x, dx);
        }
    }

    fn back_weights(&mut self, grads: &mut Gradients, d: Var, (x, w): (Var, Var), bias: Option<Var>) {
        if self.wants(w) {
            let dw = self.graph.gemm((x, true), (d, false), None);
            self.give(grads, w, dw);
        }
        if let Some(bias) = bias.filter(|&b| self.wants(b)) {
            let db = self.column_sums(d);
            self.give(grads, bias, db);
        }
    }

    /// Sums a matrix over its rows by one product with a row of ones, which is faster than a reduction.
    fn column_sums(&mut self, d: Var) -> Var {
        let Dim::Batch(rows) = self.graph.shape(d).0[0] else {
            return self.graph.reduce_sum(d, &[0], false);
        };
        let key = (rows, self.graph.element(d));
        let ones = match self.ones.get(&key) {
            Some(&ones) => ones,
            None => self.graph.ones_row(d),
        };
        self.ones.insert(key, ones);
        let sums = self.graph.matmul(ones, d);
        let width = self.width(d);
        self.graph.reshape(sums, TensorShape::fixed(&[width]))
    }

    fn back_matmul(&mut self, grads: &mut Gradients, d: Var, a: Var, b: Var) {
        if self.wants(a) {
            let bt = self.swap_last(b);
            let full = self.graph.matmul(d, bt);
            let da = self.unbroadcast(full, a);
            self.give(grads, a, da);
        }
        if self.wants(b) {
            let at = self.swap_last(a);
            let full = self.graph.matmul(at, d);
            let db = self.unbroadcast(full, b);
            self.give(grads, b, db);
        }
    }

    fn swap_last(&mut self, x: Var) -> Var {
        let rank = self.graph.shape(x).rank();
        let mut order: Vec<usize> = (0..rank).collect();
        order.swap(rank - 2, rank - 1);
        self.graph.transpose(x, &order)
    }

    /// Adds up, by gathers through the inverse of the indices, what each slice of `x` was copied to.
    fn back_gather(&mut self, grads: &mut Gradients, d: Var, x: Var, (indices, axis): (&[i64], usize)) {
        let Dim::Fixed(size) = self.graph.shape(x).0[axis] else {
            return self.graph.fail("Gather along the batch axis has no gradient".to_owned());
        };
        let nowhere = indices.len() as i64;
        let mut layers: Vec<Vec<i64>> = Vec::new();
        let mut used = vec![0usize; size];
        for (at, &source) in indices.iter().enumerate() {
            let layer = used[source as usize];
            if layer == layers.len() {
                layers.push(vec![nowhere; size]);
            }
            layers[layer][source as usize] = at as i64;
            used[source as usize] += 1;
        }
        let padded = self.graph.pad_one(d, axis);
        for layer in layers {
            let dx = self.graph.gather(padded, &layer, axis);
            self.give(grads, x, dx);
        }
    }

    /// Brings back each slice of `x` from the one place that it was copied to.
    fn back_gather_padded(
        &mut self,
        grads: &mut Gradients,
        d: Var,
        x: Var,
        (indices, axis): (&[i64], usize),
    ) {
        let Dim::Fixed(size) = self.graph.shape(x).0[axis] else {
            return self.graph.fail("Gather along the batch axis has no gradient".to_owned());
        };
        let nowhere = indices.len() as i64;
        let mut inverse = vec![nowhere; size + 1];
        indices.iter().enumerate().for_each(|(at, &source)| inverse[source as usize] = at as i64);
        inverse.truncate(size);
        let d = if inverse.contains(&nowhere) { self.graph.pad_one(d, axis) } else { d };
        let dx = self.graph.gather(d, &inverse, axis);
        self.give(grads, x, dx);
    }

    fn back_concat(&mut self, grads: &mut Gradients, d: Var, xs: &[Var], axis: usize) {
        let size = |x: &Var| match self.graph.shape(*x).0[axis] {
            Dim::Fixed(n) | Dim::Batch(n) => n,
        };
        let sizes: Vec<usize> = xs.iter().map(size).collect();
        let pieces = self.graph.split(d, &sizes, axis);
        for (&x, piece) in xs.iter().zip(pieces) {
            self.give(grads, x, piece);
        }
    }

    fn back_pool(&mut self, grads: &mut Gradients, d: Var, x: Var, (cells, order): (usize, CellOrder)) {
        let share = self.graph.scalar(d, 1.0 / cells as f64);
        let d = self.graph.mul(d, share);
        let shape = self.graph.shape(x).clone();
        // Where a gradient is there already, adding broadcasts and no expanded copy is made.
        let (base, axis) = match grads.get(&x) {
            Some(&before) => {
                let (stacked, axis) = self.stack_cells(before, cells, order);
                (Some(stacked), axis)
            }
            None => (None, if order == CellOrder::SampleMajor { 1 } else { 0 }),
        };
        let row = self.insert_axis(d, axis);
        let total = match base {
            Some(base) => self.graph.add(base, row),
            None => {
                let mut full = self.graph.shape(row).clone();
                full.0[axis] = Dim::Fixed(cells);
                self.graph.expand(row, full)
            }
        };
        let dx = self.graph.reshape(total, shape);
        grads.insert(x, dx);
    }

    /// Convolves the gradient back: each cell collects from the cells whose taps read it.
    fn conv_input_gradient(&mut self, d: Var, w: Var, table: &NeighborTable) -> Var {
        let (taps, out) = (table.taps(), self.width(d));
        let columns = self.columns(d, table.backward(), table);
        let Dim::Fixed(rows) = self.graph.shape(w).0[0] else {
            self.graph.fail("weights of a convolution with a batch axis".to_owned());
            return d;
        };
        let input = rows / taps;
        let by_tap = self.graph.reshape(w, TensorShape::fixed(&[taps, input, out]));
        let turned = self.graph.transpose(by_tap, &[0, 2, 1]);
        let turned = self.graph.reshape(turned, TensorShape::fixed(&[taps * out, input]));
        self.graph.gemm((columns, false), (turned, false), None)
    }

    /// Sums a gradient over the axes along which a value was broadcast.
    fn unbroadcast(&mut self, d: Var, x: Var) -> Var {
        let (from, to) = (self.graph.shape(d).clone(), self.graph.shape(x).clone());
        if from == to {
            return d;
        }
        let lead = from.rank() - to.rank();
        let stretched =
            |i: usize| i < lead || (to.0[i - lead] == Dim::Fixed(1) && from.0[i] != Dim::Fixed(1));
        let axes: Vec<usize> = (0..from.rank()).filter(|&i| stretched(i)).collect();
        let sum = if axes.is_empty() { d } else { self.graph.reduce_sum(d, &axes, true) };
        self.graph.reshape(sum, to)
    }
}
