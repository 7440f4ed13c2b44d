//! The command line: what both binaries share, and one file per command.

mod access_args;
pub mod admin;
pub mod calendar;
pub mod exit;
pub mod games;
pub mod node;
mod output;
mod parse;
pub mod playout;
pub mod security;
mod shared;
pub mod store;

pub use access_args::AccessArgs;
pub use exit::{Exit, Failure};
pub use output::{OutputFormat, TextTable, print_text};
pub use parse::parse;
pub use shared::{SharedArgs, data_dir, load};
