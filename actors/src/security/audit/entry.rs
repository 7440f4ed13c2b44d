//! One line of the audit log.

use rr_proto::Sha256Digest;
use serde::{Deserialize, Serialize};

/// Says who asked for which change, and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditNote {
    /// The caller: `local`, `person:NAME`, `node:NAME`, or the process itself.
    pub who: String,
    /// Its role.
    pub role: String,
    /// Its address; empty where the call came from within the process.
    pub from: String,
    /// What was called.
    pub method: String,
    /// What it was to work on.
    pub target: String,
    /// asked, done, `failed: …` or `refused: …`.
    pub outcome: String,
}

/// One line: a note with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Number of the line, from 1, over all files.
    pub seq: u64,
    /// When it was written, in milliseconds since the Unix epoch.
    pub unix_ms: u64,
    /// What it says.
    #[serde(flatten)]
    pub note: AuditNote,
    /// Hash of the line before; of nothing for the first.
    pub previous: String,
    /// Hash of this line.
    pub hash: String,
}

impl AuditEntry {
    /// Puts a note behind the line with the hash `previous`.
    pub fn chained(seq: u64, unix_ms: u64, note: AuditNote, previous: &str) -> Self {
        let mut entry = Self { seq, unix_ms, note, previous: previous.to_owned(), hash: String::new() };
        entry.hash = entry.computed_hash();
        entry
    }

    /// Computes the hash from everything else.
    pub fn computed_hash(&self) -> String {
        let note = &self.note;
        let (seq, time) = (self.seq.to_le_bytes(), self.unix_ms.to_le_bytes());
        let texts =
            [&note.who, &note.role, &note.from, &note.method, &note.target, &note.outcome, &self.previous];
        let mut parts: Vec<&[u8]> = vec![&seq, &time];
        parts.extend(texts.iter().map(|text| text.as_bytes()));
        Sha256Digest::of_parts(&parts).to_string()
    }

    /// Writes the line, with its end.
    pub(super) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).unwrap_or_default(); // strings and numbers always are JSON
        line.push(b'\n');
        line
    }
}
