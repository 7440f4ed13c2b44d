//! One method per operator, with the shape of its result.

use crate::graph::builder::Attr;
use crate::graph::{Dim, Element, GraphBuilder, TensorShape, Var};

impl GraphBuilder {
    fn like(&self, x: Var) -> (Element, TensorShape) {
        (self.element(x), self.shape(x).clone())
    }

    fn unary(&mut self, op: &str, x: Var, attrs: &[Attr<'_>]) -> Var {
        let out = self.like(x);
        self.node(op, &[x], attrs, out)
    }

    fn binary(&mut self, op: &str, a: Var, b: Var) -> Var {
        let shape = self.shape(a).broadcast(self.shape(b)).unwrap_or_else(|| {
            self.fail(format!("{op} of {} and {}", self.shape(a), self.shape(b)));
            self.shape(a).clone()
        });
        if self.element(a) != self.element(b) {
            self.fail(format!("{op} of {:?} and {:?}", self.element(a), self.element(b)));
        }
        let element = self.element(a);
        self.node(op, &[a, b], &[], (element, shape))
    }

    /// Adds two tensors with broadcasting.
    pub fn add(&mut self, a: Var, b: Var) -> Var {
        self.binary("Add", a, b)
    }

    /// Subtracts the second tensor from the first with broadcasting.
    pub fn sub(&mut self, a: Var, b: Var) -> Var {
        self.binary("Sub", a, b)
    }

    /// Multiplies two tensors element by element with broadcasting.
    pub fn mul(&mut self, a: Var, b: Var) -> Var {
        self.binary("Mul", a, b)
    }

    /// Divides the first tensor by the second with broadcasting.
    pub fn div(&mut self, a: Var, b: Var) -> Var {
        self.binary("Div", a, b)
    }

    /// Takes the larger of two tensors, element by element.
    pub fn max(&mut self, a: Var, b: Var) -> Var {
        self.binary("Max", a, b)
    }

    /// Takes the smaller of two tensors, element by element.
    pub fn min(&mut self, a: Var, b: Var) -> Var {
        self.binary("Min", a, b)
    }

    /// Raises the first tensor to the power of the second.
    pub fn pow(&mut self, a: Var, b: Var) -> Var {
        self.binary("Pow", a, b)
    }

    /// Replaces negative elements by zero.
    pub fn relu(&mut self, x: Var) -> Var {
        self.unary("Relu", x, &[])
    }

    /// Takes the sign of each element.
    pub fn sign(&mut self, x: Var) -> Var {
        self.unary("Sign", x, &[])
    }

    /// Raises e to each element.
    pub fn exp(&mut self, x: Var) -> Var {
        self.unary("Exp", x, &[])
    }

    /// Takes the square root of each element.
    pub fn sqrt(&mut self, x: Var) -> Var {
        self.unary("Sqrt", x, &[])
    }

    /// Changes the sign of each element.
    pub fn neg(&mut self, x: Var) -> Var {
        self.unary("Neg", x, &[])
    }

    /// Takes the logarithm of the softmax over the last axis.
    pub fn log_softmax(&mut self, x: Var) -> Var {
        self.unary("LogSoftmax", x, &[Attr::Int("axis", -1)])
    }

    /// Returns 1 where a non-negative element is positive and 0 where it is zero.
    ///
    /// In f32 a steep `HardSigmoid` does it in one vectorised pass; `Sign` is exact and slower.
    pub fn step_of_nonnegative(&mut self, x: Var) -> Var {
        match self.element(x) {
            Element::F32 => {
                self.unary("HardSigmoid", x, &[Attr::Float("alpha", 1e30), Attr::Float("beta", 0.0)])
            }
            _ => self.sign(x),
        }
    }

    /// Converts a tensor to another element type.
    pub fn cast(&mut self, x: Var, to: Element) -> Var {
        if self.element(x) == to {
            return x;
        }
        let shape = self.shape(x).clone();
        self.node("Cast", &[x], &[Attr::Int("to", i64::from(to.code()))], (to, shape))
    }

    /// Picks elements of `a` where `condition` holds and of `b` elsewhere.
    pub fn select(&mut self, condition: Var, a: Var, b: Var) -> Var {
        let shape = self.shape(condition).broadcast(self.shape(a)).and_then(|s| s.broadcast(self.shape(b)));
        let shape = shape.unwrap_or_else(|| {
            self.fail(format!("Where of {}, {}, {}", self.shape(condition), self.shape(a), self.shape(b)));
            self.shape(a).clone()
        });
        let element = self.element(a);
        self.node("Where", &[condition, a, b], &[], (element, shape))
    }

    /// Gives a tensor another shape of the same size.
    pub fn reshape(&mut self, x: Var, shape: TensorShape) -> Var {
        if *self.shape(x) == shape {
            return x;
        }
        if self.shape(x).count() != shape.count() {
            self.fail(format!("Reshape of {} to {shape}", self.shape(x)));
        }
        let size = |d: &Dim| match *d {
            Dim::Fixed(n) => n as i64,
            Dim::Batch(_) => -1,
        };
        let sizes: Vec<i64> = shape.0.iter().map(size).collect();
        let sizes = self.integers(&sizes);
        let element = self.element(x);
        self.node("Reshape", &[x, sizes], &[], (element, shape))
    }

    /// Permutes the axes: axis `i` of the result is axis `order[i]` of `x`.
    pub fn transpose(&mut self, x: Var, order: &[usize]) -> Var {
        let shape = TensorShape(order.iter().map(|&i| self.shape(x).0[i]).collect());
        let perm = order.iter().map(|&i| i as i64).collect();
        let element = self.element(x);
        self.node("Transpose", &[x], &[Attr::Ints("perm", perm)], (element, shape))
    }

    /// Joins tensors along one axis.
    pub fn concat(&mut self, xs: &[Var], axis: usize) -> Var {
        let mut shape = self.shape(xs[0]).clone();
        for &x in &xs[1..] {
            shape.0[axis] = match (shape.0[axis], self.shape(x).0[axis]) {
                (Dim::Fixed(a), Dim::Fixed(b)) => Dim::Fixed(a + b),
                (Dim::Batch(a), Dim::Batch(b)) => Dim::Batch(a + b),
                (a, _) => {
                    self.fail(format!("Concat along a mixed axis {axis}"));
                    a
                }
            };
        }
        let element = self.element(xs[0]);
        self.node("Concat", xs, &[Attr::Int("axis", axis as i64)], (element, shape))
    }

    /// Cuts a tensor into pieces of the given sizes along one axis.
    pub fn split(&mut self, x: Var, sizes: &[usize], axis: usize) -> Vec<Var> {
        let widths: Vec<i64> = sizes.iter().map(|&s| s as i64).collect();
        let widths = self.integers(&widths);
        let element = self.element(x);
        let piece = |&size: &usize| {
            let mut shape = self.shape(x).clone();
            shape.0[axis] = Dim::Fixed(size);
            (element, shape)
        };
        let outs = sizes.iter().map(piece).collect();
        self.nodes("Split", &[x, widths], &[Attr::Int("axis", axis as i64)], outs)
    }

    /// Picks slices along one axis by constant indices.
    pub fn gather(&mut self, x: Var, indices: &[i64], axis: usize) -> Var {
        let mut shape = self.shape(x).clone();
        if let Dim::Fixed(size) = shape.0[axis]
            && indices.iter().any(|&i| i < 0 || i >= size as i64)
        {
            self.fail(format!("Gather with an index outside axis {axis} of {shape}"));
        }
        shape.0[axis] = Dim::Fixed(indices.len());
        let indices = self.integers(indices);
        let element = self.element(x);
        self.node("Gather", &[x, indices], &[Attr::Int("axis", axis as i64)], (element, shape))
    }

    /// Appends one slice of zeros along an axis; gathers use it for what lies off the board.
    pub fn pad_one(&mut self, x: Var, axis: usize) -> Var {
        let mut shape = self.shape(x).clone();
        let Dim::Fixed(size) = shape.0[axis] else {
            self.fail(format!("Pad along the batch axis of {shape}"));
            return x;
        };
        let rank = shape.rank();
        shape.0[axis] = Dim::Fixed(size + 1);
        let mut pads = vec![0; 2 * rank];
        pads[rank + axis] = 1;
        let pads = self.integers(&pads);
        let element = self.element(x);
        self.node("Pad", &[x, pads], &[], (element, shape))
    }

    /// Repeats a tensor along axes of size one until it has the given shape, whose batch axis it must have already.
    pub fn expand(&mut self, x: Var, shape: TensorShape) -> Var {
        if *self.shape(x) == shape {
            return x;
        }
        let size = |d: &Dim| match *d {
            Dim::Fixed(n) => n as i64,
            // Expand broadcasts both ways, so 1 keeps the batch axis of `x` as it is.
            Dim::Batch(_) => 1,
        };
        let sizes: Vec<i64> = shape.0.iter().map(size).collect();
        let sizes = self.integers(&sizes);
        let element = self.element(x);
        self.node("Expand", &[x, sizes], &[], (element, shape))
    }

    fn reduce(&mut self, op: &str, x: Var, axes: &[usize], keep: bool) -> Var {
        let dims = self.shape(x).0.iter().enumerate();
        let dims = dims.filter_map(|(i, &d)| match (axes.contains(&i), keep) {
            (false, _) => Some(d),
            (true, true) => Some(Dim::Fixed(1)),
            (true, false) => None,
        });
        let shape = TensorShape(dims.collect());
        let list: Vec<i64> = axes.iter().map(|&a| a as i64).collect();
        let list = self.integers(&list);
        let element = self.element(x);
        self.node(op, &[x, list], &[Attr::Int("keepdims", i64::from(keep))], (element, shape))
    }

    /// Sums over the given axes.
    pub fn reduce_sum(&mut self, x: Var, axes: &[usize], keep: bool) -> Var {
        self.reduce("ReduceSum", x, axes, keep)
    }

    /// Averages over the given axes.
    pub fn reduce_mean(&mut self, x: Var, axes: &[usize], keep: bool) -> Var {
        self.reduce("ReduceMean", x, axes, keep)
    }

    /// Sums all elements to a scalar.
    pub fn sum_all(&mut self, x: Var) -> Var {
        let axes: Vec<usize> = (0..self.shape(x).rank()).collect();
        self.reduce_sum(x, &axes, false)
    }

    /// Multiplies two matrices, either of them transposed, and adds `c` where given.
    pub fn gemm(&mut self, a: (Var, bool), b: (Var, bool), c: Option<Var>) -> Var {
        let side = |(v, transposed): (Var, bool)| {
            let d = &self.shape(v).0;
            if d.len() != 2 {
                return None;
            }
            Some(if transposed { (d[1], d[0]) } else { (d[0], d[1]) })
        };
        let shape = match (side(a), side(b)) {
            (Some((m, k)), Some((l, n))) if k == l => TensorShape(vec![m, n]),
            _ => {
                self.fail(format!("Gemm of {} and {}", self.shape(a.0), self.shape(b.0)));
                self.shape(a.0).clone()
            }
        };
        let attrs = [Attr::Int("transA", i64::from(a.1)), Attr::Int("transB", i64::from(b.1))];
        let mut ins = vec![a.0, b.0];
        ins.extend(c);
        let element = self.element(a.0);
        self.node("Gemm", &ins, &attrs, (element, shape))
    }

    /// Multiplies stacks of matrices, broadcasting the stacks.
    pub fn matmul(&mut self, a: Var, b: Var) -> Var {
        let (sa, sb) = (self.shape(a).clone(), self.shape(b).clone());
        let (ra, rb) = (sa.rank(), sb.rank());
        let stack = |s: &TensorShape| TensorShape(s.0[..s.rank() - 2].to_vec());
        let fits = ra >= 2 && rb >= 2 && sa.0[ra - 1] == sb.0[rb - 2];
        let shape = fits.then(|| stack(&sa).broadcast(&stack(&sb))).flatten().map(|mut s| {
            s.0.extend([sa.0[ra - 2], sb.0[rb - 1]]);
            s
        });
        let shape = shape.unwrap_or_else(|| {
            self.fail(format!("MatMul of {sa} and {sb}"));
            sa
        });
        let element = self.element(a);
        self.node("MatMul", &[a, b], &[], (element, shape))
    }

    /// Returns the batch size as a scalar of the graph's floating-point type, read from the first axis of `x`.
    pub fn batch_size(&mut self, x: Var) -> Var {
        let attrs = [Attr::Int("start", 0), Attr::Int("end", 1)];
        let size = self.node("Shape", &[x], &attrs, (Element::I64, TensorShape::fixed(&[1])));
        let size = self.cast(size, self.float());
        self.reshape(size, TensorShape::fixed(&[]))
    }

    /// Returns a row of ones as long as the first axis of `x`: `[1, rows]`.
    pub fn ones_row(&mut self, x: Var) -> Var {
        let attrs = [Attr::Int("start", 0), Attr::Int("end", 1)];
        let size = self.node("Shape", &[x], &attrs, (Element::I64, TensorShape::fixed(&[1])));
        let one = self.constant(self.element(x), &[1, 1], &[1.0]);
        let shape = TensorShape(vec![Dim::Fixed(1), self.shape(x).0[0]]);
        let element = self.element(x);
        self.node("Expand", &[one, size], &[], (element, shape))
    }
}
