//! Reading the command line.

use std::process::ExitCode;

use clap::Parser;

use super::exit::Exit;

/// Reads the command line; help and version end the process well, a mistake ends it with the code for usage.
///
/// # Errors
/// The code to end with; everything is printed already.
pub fn parse<T: Parser>() -> Result<T, ExitCode> {
    T::try_parse().map_err(|error| {
        let _ = error.print(); // nobody may be reading
        if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
    })
}
