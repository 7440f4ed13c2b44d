//! The administration client: reads the command line, then does what it asks for.

use std::process::ExitCode;

use rr_actors::cli::admin::AdminCli;
use rr_actors::cli::parse;

fn main() -> ExitCode {
    match parse::<AdminCli>() {
        Ok(cli) => cli.execute(),
        Err(code) => code,
    }
}
