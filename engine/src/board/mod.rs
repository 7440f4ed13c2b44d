//! Boards: which there are, how their cells lie, and sets of cells.
//!
//! Everything that differs between boards comes from one [`BoardDescriptor`]; nothing outside this folder
//! matches on a board.

mod cell;
mod cell_set;
mod config;
mod descriptor;
mod geometry;
mod kind;
mod symmetry;
mod width;

pub use cell::Cell;
pub use cell_set::{CellIter, CellSet};
pub use config::GameConfig;
pub use descriptor::{BoardDescriptor, BoardShape};
pub use geometry::Geometry;
pub use kind::BoardKind;
pub use symmetry::Symmetry;

#[cfg(test)]
mod tests;
