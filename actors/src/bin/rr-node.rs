//! The node binary: reads the command line, then does what it asks for.

use std::process::ExitCode;

use rr_actors::cli::node::NodeCli;
use rr_actors::cli::parse;

fn main() -> ExitCode {
    match parse::<NodeCli>() {
        Ok(cli) => cli.execute(),
        Err(code) => code,
    }
}
