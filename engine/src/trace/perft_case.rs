//! Recorded perft counts.

use std::io::BufRead;

use serde::{Deserialize, Serialize};

use super::TraceMove;
use crate::{
    EngineError,
    board::{BoardKind, GameConfig},
    error::TraceError,
    rules::{Position, Rules, perft},
    with_board_width,
};

/// Holds a recorded line: a position, the moves that lead to it, and its counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerftCase {
    /// The board.
    pub board: BoardKind,
    /// Number of players.
    pub players: u8,
    /// Whether the swap rule is on.
    #[serde(default)]
    pub swap: bool,
    /// Where the position comes from.
    #[serde(default)]
    pub start: String,
    /// Moves from the initial position.
    #[serde(default)]
    pub prefix: Vec<TraceMove>,
    /// The position's text.
    pub ct: String,
    /// Number of sequences of 1, 2, ... plies.
    pub counts: Vec<u64>,
}

/// Says how the lines of a perft file compare.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerftReport {
    /// Lines read.
    pub lines: u64,
    /// Lines whose counts all equalled.
    pub matched: u64,
    /// Sequences counted.
    pub nodes: u64,
    /// What differed, in words, line by line.
    pub differences: Vec<String>,
}

/// Recounts every line of a perft file whose counts are at most `most` sequences.
///
/// # Errors
/// A file that cannot be read.
pub fn verify_perft(lines: impl BufRead, most: u64) -> Result<PerftReport, TraceError> {
    let mut report = PerftReport::default();
    for (i, line) in lines.lines().enumerate() {
        let line = line.map_err(|e| TraceError::read(i + 1, e))?;
        if line.trim().is_empty() {
            continue;
        }
        let case: PerftCase = serde_json::from_str(&line)
            .map_err(|e| TraceError::Corrupt { line: i + 1, cause: e.to_string() })?;
        report.lines += 1;
        match with_board_width!(case.board, W => recount::<W>(&case, most)) {
            Ok(counts) => {
                report.nodes += counts.iter().sum::<u64>();
                if counts == case.counts[..counts.len()] {
                    report.matched += 1;
                } else {
                    report.differences.push(format!("line {}: {:?} are {counts:?}", i + 1, case.counts));
                }
            }
            Err(error) => report.differences.push(format!("line {}: {error}", i + 1)),
        }
    }
    Ok(report)
}

fn recount<const W: usize>(case: &PerftCase, most: u64) -> Result<Vec<u64>, EngineError> {
    let config = GameConfig::new(case.board, case.players)?;
    let rules = Rules { swap: case.swap, ..Rules::for_config(config) };
    let mut position = Position::<W>::new(config, rules)?;
    for mv in &case.prefix {
        let mv = position.parse_move(&mv.text())?;
        position.try_apply(mv)?;
    }
    if position.to_text() != case.ct {
        return Err(EngineError::Notation { line: 1, cause: "the moves lead elsewhere".to_owned() });
    }
    let depths = 1..=case.counts.iter().take_while(|&&n| n <= most).count();
    Ok(depths.map(|depth| perft(&position, depth as u32)).collect())
}
