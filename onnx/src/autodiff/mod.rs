//! Reverse-mode differentiation of graphs: a tape of the operators used, and one gradient rule for each.

mod backward;
mod neighbors;
mod tape;

#[cfg(test)]
mod tests;

pub use neighbors::NeighborTable;
pub use tape::{CellOrder, Tape};
