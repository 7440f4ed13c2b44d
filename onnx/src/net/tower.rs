//! The trunk of the network and the joint forward pass.

use std::collections::BTreeMap;

use crate::autodiff::{CellOrder, Tape};
use crate::graph::{Dim, TensorShape, Var};
use crate::net::conv::Convolution;
use crate::net::params::pools;
use crate::net::{ConvForm, NetSpec};

/// The parameters of a network as values of a graph, by name.
pub(crate) type Params = BTreeMap<String, Var>;

/// What the network reads.
#[derive(Clone, Copy)]
pub(crate) struct NetInputs {
    /// `[N, cells, features]`.
    pub(crate) cells: Var,
    /// `[N, features]`.
    pub(crate) globals: Var,
}

/// What the network answers, in f32 or f64.
pub(crate) struct NetOutputs {
    /// `[N, entries]` logits.
    pub(crate) policy: Var,
    /// `[N, entries]` logits of the next player's policy, for training only.
    pub(crate) next_policy: Option<Var>,
    /// `[N, 4]` logits, absent slots pushed out of reach.
    pub(crate) value: Var,
    /// `[N, cells, 5]` logits.
    pub(crate) owner: Var,
    /// `[N, 8]`: territory margins, then eliminated-ring margins.
    pub(crate) margins: Var,
}

/// Writes the layers of one network onto a tape.
pub(crate) struct Forward<'a> {
    pub(super) tape: &'a mut Tape,
    pub(super) spec: &'a NetSpec,
    pub(super) params: &'a Params,
    pub(super) conv: Convolution,
}

impl<'a> Forward<'a> {
    /// Starts a forward pass.
    pub(crate) fn new(tape: &'a mut Tape, spec: &'a NetSpec, params: &'a Params, form: ConvForm) -> Self {
        Self { tape, spec, params, conv: Convolution::new(spec, form) }
    }

    /// Looks a parameter up; a missing one is a defect that `finish` reports.
    pub(super) fn param(&mut self, name: &str) -> Var {
        match self.params.get(name) {
            Some(&var) => var,
            None => {
                self.tape.graph.fail(format!("no parameter {name}"));
                self.tape.graph.integers(&[0])
            }
        }
    }

    /// Applies a named layer to each row.
    pub(super) fn linear(&mut self, name: &str, x: Var) -> Var {
        let (w, b) = (self.param(&format!("{name}.w")), self.param(&format!("{name}.b")));
        self.tape.linear(x, w, Some(b))
    }

    fn convolve(&mut self, name: &str, x: Var) -> Var {
        let (w, b) = (self.param(&format!("{name}.w")), self.param(&format!("{name}.b")));
        self.conv.apply(self.tape, x, w, b)
    }

    /// Adds to every cell a bias computed from one row per sample.
    pub(super) fn bias_from(&mut self, name: &str, x: Var, row: Var) -> Var {
        let w = self.param(&format!("{name}.w"));
        let bias = self.tape.linear(row, w, None);
        self.tape.add_per_sample(x, bias, self.spec.cells(), self.conv.order())
    }

    /// Averages a per-cell matrix over the board.
    pub(super) fn pool(&mut self, x: Var) -> Var {
        self.tape.pool(x, self.spec.cells(), self.conv.order())
    }

    /// Writes the whole network.
    pub(crate) fn network(mut self, inputs: NetInputs, with_next: bool) -> NetOutputs {
        // Values are computed in the type of the parameters and answered in the type of the graph.
        let compute =
            self.params.values().next().map_or(self.tape.graph.float(), |&p| self.tape.graph.element(p));
        let float = self.tape.graph.float();
        let cells = self.tape.cast(inputs.cells, compute);
        let globals = self.tape.cast(inputs.globals, compute);
        let trunk = self.tower(cells, globals);
        let pooled = self.pool(trunk);
        let policy = self.policy("policy", trunk, pooled);
        let next_policy = with_next.then(|| self.policy("next", trunk, pooled));
        let (value, owner, margins) = self.value(trunk, globals);
        let value = self.tape.cast(value, float);
        let value = self.hide_absent(value, inputs.globals);
        NetOutputs {
            policy: self.tape.cast(policy, float),
            next_policy: next_policy.map(|p| self.tape.cast(p, float)),
            value,
            owner: self.tape.cast(owner, float),
            margins: self.tape.cast(margins, float),
        }
    }

    fn tower(&mut self, cells: Var, globals: Var) -> Var {
        let rows = self.rows(cells);
        let stem = self.convolve("stem", rows);
        let stem = self.bias_from("stem.global", stem, globals);
        let mut x = self.tape.relu(stem);
        for block in 0..self.spec.size().blocks {
            let pooled = pools(block).then(|| self.pool(x));
            let mut a = self.convolve(&format!("block{block}.a"), x);
            if let Some(pooled) = pooled {
                a = self.bias_from(&format!("block{block}.pool"), a, pooled);
            }
            let a = self.tape.relu(a);
            let b = self.convolve(&format!("block{block}.b"), a);
            let sum = self.tape.add(x, b);
            x = self.tape.relu(sum);
        }
        x
    }

    /// Turns `[N, cells, c]` into the per-cell matrix of the form in use.
    fn rows(&mut self, cells: Var) -> Var {
        let (count, width) = (self.spec.cells(), self.tape.width(cells));
        let ordered = match self.conv.order() {
            CellOrder::SampleMajor => cells,
            CellOrder::CellMajor => self.tape.transpose(cells, &[1, 0, 2]),
        };
        self.tape.reshape(ordered, TensorShape::batch(count, &[width]))
    }

    /// Turns a per-cell matrix back into `[N, cells, c]`.
    pub(super) fn boards(&mut self, rows: Var) -> Var {
        let (count, width) = (self.spec.cells(), self.tape.width(rows));
        match self.conv.order() {
            CellOrder::SampleMajor => self.tape.reshape(rows, TensorShape::batch(1, &[count, width])),
            CellOrder::CellMajor => {
                let dims = vec![Dim::Fixed(count), Dim::Batch(1), Dim::Fixed(width)];
                let stacked = self.tape.reshape(rows, TensorShape(dims));
                self.tape.transpose(stacked, &[1, 0, 2])
            }
        }
    }
}
