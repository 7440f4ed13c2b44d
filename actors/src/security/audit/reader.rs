//! Reading the audit log back and checking its chain.

use std::fs;
use std::path::Path;

use super::entry::AuditEntry;
use super::failure::AuditFailure;
use super::files::{files, folder, remembered_head};

/// Holds the newest lines of a log, and everything that is wrong with the whole of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// The newest lines, oldest first.
    pub entries: Vec<AuditEntry>,
    /// Lines of the whole log.
    pub lines: u64,
    /// What does not fit, in words; empty where the chain is whole.
    pub faults: Vec<String>,
}

impl AuditReport {
    /// Reads the log of a data folder: every line is checked, the newest `most` are kept. Blocks on the disk.
    ///
    /// # Errors
    /// When a file can't be read. A log that does not exist is empty.
    pub fn read(data_dir: &Path, most: usize) -> Result<Self, AuditFailure> {
        let folder = folder(data_dir);
        let (mut report, mut chain) = (Self::default(), Chain::default());
        let fail = |path: &Path| {
            let path = path.to_path_buf();
            move |source| AuditFailure::File { action: "read", path, source }
        };
        for path in files(&folder).map_err(fail(&folder))? {
            let bytes = fs::read(&path).map_err(fail(&path))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for (at, line) in
                bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty())
            {
                let place = format!("{name} line {}", at + 1);
                match serde_json::from_slice::<AuditEntry>(line) {
                    Ok(entry) => {
                        report.faults.extend(chain.follow(&place, &entry));
                        report.entries.push(entry);
                        report.lines += 1;
                    }
                    Err(_) => report.faults.push(format!("{place} is not readable")),
                }
            }
            let surplus = report.entries.len().saturating_sub(most);
            report.entries.drain(..surplus);
        }
        let head = remembered_head(&folder);
        if head.seq > chain.seq {
            let missing = head.seq - chain.seq;
            report.faults.push(format!("{missing} lines are missing behind line {}", chain.seq));
        }
        Ok(report)
    }
}

/// What the next line must continue.
#[derive(Default)]
struct Chain {
    seq: u64,
    hash: String,
}

impl Chain {
    fn follow(&mut self, place: &str, entry: &AuditEntry) -> Option<String> {
        let fault = if entry.computed_hash() != entry.hash {
            Some(format!("{place} (number {}) was altered", entry.seq))
        } else if entry.seq != self.seq + 1 {
            Some(format!(
                "{place} has number {} where {} was to come: lines were cut",
                entry.seq,
                self.seq + 1
            ))
        } else if entry.previous != self.hash {
            Some(format!("{place} (number {}) does not continue the line before it", entry.seq))
        } else {
            None
        };
        (self.seq, self.hash) = (entry.seq, entry.hash.clone());
        fault
    }
}
