//! The command line: what both binaries share, and one file per command.

pub mod exit;
pub mod games;
mod output;
pub mod playout;

pub use exit::{Exit, Failure};
pub use output::{OutputFormat, TextTable};
