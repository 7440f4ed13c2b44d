//! The sizes of batch that a provider prepares a model for before it sees any.

use crate::net::NetSpec;

/// The smallest batch that is run as it is: products with a single row take another path through the kernels, whose
/// rounding differs, and an answer must not depend on who shares the batch.
pub(super) const MIN_ROWS: usize = 2;

/// The size that TensorRT tunes its kernels for: what a fleet of self-play fills.
const USUAL_ROWS: usize = 64;

/// Names the inputs of an inference graph and how many rows they may have.
///
/// TensorRT compiles a graph for a range of shapes. Left to itself it compiles again at every size that it has not met, each
/// time for half a minute or more, in the middle of a game; given the range, it compiles once, when the session opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BatchRange {
    inputs: [(&'static str, Vec<usize>); 2],
}

impl BatchRange {
    /// Most rows of one run; larger batches are run in pieces.
    pub(super) const MOST_ROWS: usize = 1024;

    /// Takes the inputs of a net.
    pub(super) fn of(spec: &NetSpec) -> Self {
        let features = spec.features();
        Self { inputs: [("cells", vec![spec.cells(), features.cell]), ("globals", vec![features.global])] }
    }

    /// Returns the smallest, the usual and the largest shapes, as `name:RxCxF,...`.
    pub(super) fn profile(&self) -> [String; 3] {
        [MIN_ROWS, USUAL_ROWS, Self::MOST_ROWS].map(|rows| self.shapes(rows))
    }

    fn shapes(&self, rows: usize) -> String {
        let shape = |(name, sizes): &(&str, Vec<usize>)| {
            let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
            format!("{name}:{rows}x{}", sizes.join("x"))
        };
        self.inputs.iter().map(shape).collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use rr_engine::board::BoardKind;

    use super::*;
    use crate::net::NetSize;

    #[test]
    fn every_input_has_its_shapes_in_the_three_sizes() {
        for board in BoardKind::ALL {
            let spec = NetSpec::for_board(board, NetSize::new(1, 8)).unwrap();
            let (cells, features) = (spec.cells(), spec.features());
            let expected =
                |rows| format!("cells:{rows}x{cells}x{},globals:{rows}x{}", features.cell, features.global);
            assert_eq!(BatchRange::of(&spec).profile(), [2, 64, 1024].map(expected), "{board}");
        }
    }
}
