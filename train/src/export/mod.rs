//! Samples in NumPy's archive format, for people who train elsewhere.

mod archive;
mod npz;

pub use npz::{NpzSummary, export_npz};
