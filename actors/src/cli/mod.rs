//! The command line: what both binaries share, and one file per command.

mod access_args;
pub mod admin;
pub mod calendar;
pub mod exit;
pub mod games;
mod manual;
pub mod node;
mod output;
mod parse;
pub mod playout;
pub mod security;
mod shared;
pub mod store;

pub use access_args::AccessArgs;
pub use exit::{EXIT_CODES, Exit, Failure};
pub use manual::{CompletionsArgs, ManArgs};
pub use output::{OutputFormat, TextTable};
pub use parse::parse;
pub use shared::{SharedArgs, data_dir, load};
