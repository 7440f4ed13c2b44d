//! The forms in which a convolution is written.

use std::sync::Arc;

use crate::autodiff::{CellOrder, NeighborTable, Tape};
use crate::graph::Var;
use crate::net::NetSpec;
use crate::net::winograd::Winograd;

/// Chooses how convolutions are written; all forms compute the same function of the same parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConvForm {
    /// One Gather through the neighbour table and one Gemm; fits every board.
    Gather,
    /// Winograd's minimal filtering as matrix products; fits boards that lie on a grid, hex boards in their bounding square.
    Winograd,
}

impl ConvForm {
    /// Tells whether a form fits a board.
    #[must_use]
    pub fn fits(self, spec: &NetSpec) -> bool {
        match self {
            Self::Gather => true,
            Self::Winograd => spec.grid().is_some(),
        }
    }

    /// Returns the form that was measured to answer fastest on a CPU.
    ///
    /// A hex board fills three quarters of its bounding square and has seven taps, not nine: what Winograd saves there, its
    /// transforms cost again.
    #[must_use]
    pub fn fastest_inference(spec: &NetSpec) -> Self {
        match spec.grid() {
            Some(grid) if grid.embedding().is_none() => Self::Winograd,
            _ => Self::Gather,
        }
    }

    /// Returns the form that was measured to train fastest on a CPU: columns of a Gather, kept for the way back, are larger than
    /// Winograd's tiles.
    #[must_use]
    pub fn fastest_training(spec: &NetSpec) -> Self {
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
        let winograd = spec.grid().filter(|_| form == ConvForm::Winograd).map(Winograd::new);
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
