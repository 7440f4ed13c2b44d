//! Shapes with one symbolic size, the batch.

use std::fmt;

/// Gives the size of one axis: a number, or a multiple of the batch size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dim {
    /// A size known when the graph is written.
    Fixed(usize),
    /// This many times the batch size.
    Batch(usize),
}

/// Gives the size of every axis of a tensor, outermost first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TensorShape(pub Vec<Dim>);

impl TensorShape {
    /// Makes a shape without a batch axis.
    #[must_use]
    pub fn fixed(sizes: &[usize]) -> Self {
        Self(sizes.iter().map(|&s| Dim::Fixed(s)).collect())
    }

    /// Makes the shape `[multiple * batch, sizes..]`.
    #[must_use]
    pub fn batch(multiple: usize, sizes: &[usize]) -> Self {
        let mut dims = vec![Dim::Batch(multiple)];
        dims.extend(sizes.iter().map(|&s| Dim::Fixed(s)));
        Self(dims)
    }

    /// Returns the number of axes.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// Returns the product of all sizes as `(factor, power of the batch size)`.
    #[must_use]
    pub fn count(&self) -> (usize, u32) {
        self.0.iter().fold((1, 0), |(n, power), dim| match *dim {
            Dim::Fixed(size) => (n * size, power),
            Dim::Batch(multiple) => (n * multiple, power + 1),
        })
    }

    /// Resolves an axis counted from the end when negative.
    #[must_use]
    pub fn axis(&self, axis: i64) -> usize {
        if axis < 0 { (self.rank() as i64 + axis).max(0) as usize } else { axis as usize }
    }

    /// Joins two shapes by the broadcasting rule of ONNX; `None` where they do not fit.
    #[must_use]
    pub fn broadcast(&self, other: &Self) -> Option<Self> {
        let rank = self.rank().max(other.rank());
        let at = |s: &Self, i: usize| {
            let lead = rank - s.rank();
            if i < lead { Dim::Fixed(1) } else { s.0[i - lead] }
        };
        let join = |i| match (at(self, i), at(other, i)) {
            (a, b) if a == b => Some(a),
            (Dim::Fixed(1), b) => Some(b),
            (a, Dim::Fixed(1)) => Some(a),
            _ => None,
        };
        (0..rank).map(join).collect::<Option<Vec<_>>>().map(Self)
    }
}

impl fmt::Display for TensorShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let axis = |d: &Dim| match *d {
            Dim::Fixed(n) => n.to_string(),
            Dim::Batch(1) => "N".to_owned(),
            Dim::Batch(k) => format!("{k}N"),
        };
        write!(f, "[{}]", self.0.iter().map(axis).collect::<Vec<_>>().join(", "))
    }
}
