//! Reading trace files.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use flate2::read::MultiGzDecoder;

use super::{TraceFooter, TraceGame, TraceHeader, TracePly};
use crate::error::TraceError;

/// First bytes of a gzip stream.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Opens a text file, plain or gzip; which one its first bytes say, not its name.
///
/// # Errors
/// A file that cannot be opened or whose first bytes cannot be read.
pub fn open_text(path: &Path) -> Result<Box<dyn BufRead>, TraceError> {
    let mut file = BufReader::new(File::open(path).map_err(|e| TraceError::read(0, e))?);
    let gzip = file.fill_buf().map_err(|e| TraceError::read(0, e))?.starts_with(&GZIP);
    if gzip { Ok(Box::new(BufReader::new(MultiGzDecoder::new(file)))) } else { Ok(Box::new(file)) }
}

/// Opens a trace file, plain or gzip.
///
/// # Errors
/// A file that cannot be opened or whose first bytes cannot be read.
pub fn open_trace(path: &Path) -> Result<TraceReader<Box<dyn BufRead>>, TraceError> {
    open_text(path).map(TraceReader::new)
}

/// Streams the games of a trace, one at a time.
#[derive(Debug)]
pub struct TraceReader<R> {
    lines: R,
    line: usize,
    buffer: String,
}

impl<R: BufRead> TraceReader<R> {
    /// Longest line that is read: a list of all moves on the largest board stays far below.
    const MAX_LINE_BYTES: u64 = 4 << 20;

    /// Reads from lines of JSON.
    pub fn new(lines: R) -> Self {
        TraceReader { lines, line: 0, buffer: String::new() }
    }

    /// Reads the next line that is not blank into the buffer; returns whether there was one.
    fn advance(&mut self) -> Result<bool, TraceError> {
        loop {
            self.buffer.clear();
            self.line += 1;
            let mut limited = (&mut self.lines).take(Self::MAX_LINE_BYTES);
            let n = limited.read_line(&mut self.buffer).map_err(|e| TraceError::read(self.line, e))?;
            if n == 0 {
                return Ok(false);
            }
            if n as u64 == Self::MAX_LINE_BYTES {
                return Err(TraceError::read(
                    self.line,
                    io::Error::new(io::ErrorKind::InvalidData, "line too long"),
                ));
            }
            if !self.buffer.trim().is_empty() {
                return Ok(true);
            }
        }
    }

    fn corrupt(&self, cause: impl ToString) -> TraceError {
        TraceError::Corrupt { line: self.line, cause: cause.to_string() }
    }

    fn header(&self) -> Result<TraceHeader, TraceError> {
        let foreign = |cause: String| TraceError::Foreign { line: self.line, cause };
        let value: serde_json::Value =
            serde_json::from_str(&self.buffer).map_err(|e| foreign(format!("no JSON: {e}")))?;
        match (value.get("h").and_then(|h| h.as_u64()), value.get("v").and_then(|v| v.as_u64())) {
            (Some(1), Some(1)) => serde_json::from_value(value).map_err(|e| foreign(e.to_string())),
            (Some(_), Some(version)) => Err(TraceError::Version { line: self.line, version }),
            _ => Err(foreign("no header with `h` and `v`".to_owned())),
        }
    }

    fn game(&mut self) -> Result<Option<TraceGame>, TraceError> {
        if !self.advance()? {
            return Ok(None);
        }
        let (line, header) = (self.line, self.header()?);
        let mut plies: Vec<TracePly> = Vec::new();
        while self.advance()? {
            if let Ok(footer) = serde_json::from_str::<TraceFooter>(&self.buffer) {
                if footer.plies as usize != plies.len() {
                    let found = plies.len();
                    return Err(
                        self.corrupt(format!("the footer counts {} plies, found {found}", footer.plies))
                    );
                }
                return Ok(Some(TraceGame { line, header, plies, footer }));
            }
            let ply: TracePly = serde_json::from_str(&self.buffer).map_err(|e| match e.classify() {
                serde_json::error::Category::Eof => TraceError::Truncated { line: self.line },
                _ => self.corrupt(e),
            })?;
            if ply.i as usize != plies.len() {
                return Err(self.corrupt(format!("ply {} stands where {} should", ply.i, plies.len())));
            }
            plies.push(ply);
        }
        Err(TraceError::Truncated { line: self.line })
    }
}

impl<R: BufRead> Iterator for TraceReader<R> {
    type Item = Result<TraceGame, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.game().transpose()
    }
}
