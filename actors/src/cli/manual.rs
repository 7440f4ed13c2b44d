//! Completions of the shell and pages of the manual, made from the command line itself.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use super::output::print_text;
use super::{Exit, Failure};

/// Options of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Options of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder to write a page of every command to (default: the main page, to standard output)
    #[arg(long, value_name = "PATH")]
    dir: Option<PathBuf>,
}

impl CompletionsArgs {
    /// Prints a script that completes the command line of a program.
    ///
    /// # Errors
    /// When the output takes nothing.
    pub fn run(&self, mut program: Command) -> Result<Exit, Failure> {
        let (name, mut script) = (program.get_name().to_owned(), Vec::new());
        clap_complete::generate(self.shell, &mut program, name, &mut script);
        print_text(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Done)
    }
}

impl ManArgs {
    /// Writes the manual of a program: every page into a folder, or the main page to standard output.
    ///
    /// # Errors
    /// When the folder or the output takes nothing.
    pub fn run(&self, program: Command) -> Result<Exit, Failure> {
        let Some(dir) = &self.dir else {
            let mut page = Vec::new();
            clap_mangen::Man::new(program)
                .render(&mut page)
                .map_err(|error| Failure::new(Exit::Software, error))?;
            print_text(&String::from_utf8_lossy(&page))?;
            return Ok(Exit::Done);
        };
        let fail = |error: std::io::Error| {
            let message =
                format!("cannot write the manual to {}: {error}; check path and permissions", dir.display());
            Failure::new(Exit::CannotCreate, message)
        };
        fs::create_dir_all(dir).map_err(fail)?;
        clap_mangen::generate_to(program, dir).map_err(fail)?;
        Ok(Exit::Done)
    }
}
