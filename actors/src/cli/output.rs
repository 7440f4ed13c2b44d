//! Tables for people, JSON and YAML for programs.

use std::fmt;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use serde::Serialize;
use serde_json::Value;

use super::exit::{Exit, Failure};

/// Chooses the form of a command's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum OutputFormat {
    /// Aligned columns for people.
    #[default]
    Table,
    /// One JSON document for programs.
    Json,
    /// One YAML document for programs.
    Yaml,
}

impl OutputFormat {
    /// Tells whether a person reads.
    pub fn is_table(self) -> bool {
        self == Self::Table
    }

    /// Prints a value as a document, or what `table` makes of it where a person reads.
    ///
    /// # Errors
    /// When the value is no document, or the output takes nothing.
    pub fn print<T: fmt::Display>(
        self,
        value: &impl Serialize,
        table: impl FnOnce() -> T,
    ) -> Result<(), Failure> {
        match self.print_document(value)? {
            true => Ok(()),
            false => print_text(&format!("{:#}", table())),
        }
    }

    /// Prints a value as a document and says so; prints nothing where a person reads.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub fn print_document(self, value: &impl Serialize) -> Result<bool, Failure> {
        let broken = |error: &dyn fmt::Display| Failure::new(Exit::Software, error);
        let text = match self {
            Self::Table => return Ok(false),
            Self::Json => {
                let text = serde_json::to_string_pretty(&document(value)?).map_err(|error| broken(&error))?;
                format!("{text}\n")
            }
            Self::Yaml => serde_yaml_ng::to_string(&document(value)?).map_err(|error| broken(&error))?,
        };
        print_text(&text)?;
        Ok(true)
    }

    /// Chooses JSON where a command's own `--json` is given.
    #[must_use]
    pub fn or_json(self, json: bool) -> Self {
        if json { Self::Json } else { self }
    }

    /// Prints one of many values, each a line of its own where a program reads.
    ///
    /// # Errors
    /// As [`Self::print`].
    pub fn print_line<T: fmt::Display>(
        self,
        value: &impl Serialize,
        line: impl FnOnce() -> T,
    ) -> Result<(), Failure> {
        match self {
            Self::Table => print_text(&format!("{}\n", line())),
            Self::Json => print_text(&format!("{}\n", document(value)?)),
            Self::Yaml => {
                let text = serde_yaml_ng::to_string(&document(value)?)
                    .map_err(|error| Failure::new(Exit::Software, error))?;
                print_text(&format!("---\n{text}"))
            }
        }
    }
}

/// Makes a document of a value; a text under a name that ends with `_json` becomes what it says.
fn document(value: &impl Serialize) -> Result<Value, Failure> {
    let mut document = serde_json::to_value(value).map_err(|error| Failure::new(Exit::Software, error))?;
    unfold(&mut document);
    Ok(document)
}

fn unfold(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(unfold),
        Value::Object(fields) => {
            *fields = std::mem::take(fields)
                .into_iter()
                .map(|(name, mut value)| match (name.strip_suffix("_json"), &value) {
                    (Some(short), Value::String(text)) => (short.to_owned(), unfolded(text)),
                    _ => {
                        unfold(&mut value);
                        (name, value)
                    }
                })
                .collect();
        }
        _ => {}
    }
}

/// Reads a text as JSON; one that is none is shown as the text that it is.
fn unfolded(text: &str) -> Value {
    match text {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())),
    }
}

/// Writes to standard output. A reader that has gone, as `head` does, has seen enough: the program ends well, there and then.
///
/// # Errors
/// When the output takes nothing, as on a full disk.
pub fn print_text(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Exit::Done.leave(),
        Err(error) => Err(Failure::new(Exit::Io, format!("standard output: {error}"))),
    }
}

/// Writes a part of an answer to standard output, as [`print_text`]; an output that takes nothing ends the program.
pub(crate) fn print_part(text: fmt::Arguments<'_>) {
    if let Err(failure) = print_text(&text.to_string()) {
        eprintln!("error: {failure}");
        failure.exit.leave();
    }
}

/// Prints like `print!`, but to a reader that may have gone.
macro_rules! out {
    ($($part:tt)*) => { $crate::cli::output::print_part(format_args!($($part)*)) };
}

/// Prints like `println!`, but to a reader that may have gone.
macro_rules! outln {
    ($($part:tt)*) => { $crate::cli::output::print_part(format_args!("{}\n", format_args!($($part)*))) };
}

pub(crate) use {out, outln};

/// Returns the columns of the terminal that the standard output is; none where it is something else.
fn terminal_columns() -> Option<usize> {
    let is_terminal = io::stdout().is_terminal();
    let size = is_terminal.then(ratatui::crossterm::terminal::size)?;
    size.ok().map(|(columns, _)| usize::from(columns)).filter(|columns| *columns > 0)
}

/// Aligns rows of text under a header.
///
/// `{}` writes every word. `{:#}` cuts lines at the width of the terminal, if the standard output is one, and `{:#80}` at 80 columns: a line that goes on
/// in the next one can't be read as a table.
#[derive(Debug, Clone, Default)]
pub struct TextTable {
    rows: Vec<Vec<String>>,
    /// Lines between the rows: after how many rows, and what.
    notes: Vec<(usize, String)>,
}

impl TextTable {
    /// Starts a table with its column names.
    pub fn new<const N: usize>(header: [&str; N]) -> Self {
        TextTable { rows: vec![header.iter().map(|h| h.to_uppercase()).collect()], notes: Vec::new() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// Adds a line below the last row that keeps to no column.
    pub fn note(&mut self, line: String) {
        self.notes.push((self.rows.len(), line));
    }

    /// Returns the number of rows below the header.
    pub fn len(&self) -> usize {
        self.rows.len() - 1
    }

    /// Returns whether nothing stands below the header.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for TextTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |c: usize| self.rows.iter().filter_map(|r| r.get(c)).map(|t| t.chars().count()).max();
        let widths: Vec<usize> = (0..columns).map(|c| width(c).unwrap_or(0)).collect();
        let most = if f.alternate() { f.width().or_else(terminal_columns) } else { None };
        let mut notes = self.notes.iter().peekable();
        for (at, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(&format!("{cell:<width$}  "));
            }
            writeln!(f, "{}", cut(line.trim_end(), most))?;
            while let Some((_, note)) = notes.next_if(|(after, _)| *after == at + 1) {
                writeln!(f, "{}", cut(note, most))?;
            }
        }
        Ok(())
    }
}

/// Keeps as many columns of a line as there may be.
fn cut(line: &str, most: Option<usize>) -> String {
    match most {
        Some(most) if line.chars().count() > most => {
            line.chars().take(most.saturating_sub(3)).chain("...".chars()).collect()
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = TextTable::new(["name", "games"]);
        table.row(["random".into(), "12".into()]);
        table.row(["a".into(), "3".into()]);
        assert_eq!(table.to_string(), "NAME    GAMES\nrandom  12\na       3\n");
        assert_eq!(table.len(), 2);
    }

    #[test]
    fn lines_are_cut_where_there_is_a_width() {
        let mut table = TextTable::new(["name", "duties"]);
        table.row(["a".into(), "DLQ_RETRY".into()]);
        table.note("  and a note".into());
        table.row(["b".into(), "".into()]);
        assert_eq!(table.to_string(), "NAME  DUTIES\na     DLQ_RETRY\n  and a note\nb\n");
        assert_eq!(format!("{table:#12}"), "NAME  DUTIES\na     DLQ...\n  and a note\nb\n");
    }

    #[test]
    fn texts_of_json_are_shown_as_what_they_say() {
        let value =
            serde_json::json!([{ "a_json": "{\"b\":1}", "c_json": "", "d": { "e_json": "no json" } }]);
        let expected = serde_json::json!([{ "a": { "b": 1 }, "c": null, "d": { "e": "no json" } }]);
        assert_eq!(document(&value).unwrap(), expected);
    }
}
