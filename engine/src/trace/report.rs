//! What a replay found.

use serde::{Deserialize, Serialize};

/// Says in what a replay first differed from the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DivergenceKind {
    /// The initial position.
    InitialState,
    /// The list of legal moves.
    LegalMoves,
    /// Which listed moves the reference fails on (S10).
    FailingMoves,
    /// The recorded move cannot be read or is not legal here.
    RecordedMove,
    /// The stack a recovery takes its ring from (S9).
    ExtractionStack,
    /// The position after the move.
    State,
    /// Status, phase or player after the move.
    Turn,
    /// The reference's own digest.
    UpstreamDigest,
    /// Winner or reason of the end.
    Outcome,
}

/// Shows the first ply at which a replay differed, with both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Divergence {
    /// Number of the game in its file, from 1.
    pub game: u64,
    /// Line of the game's header in its file, from 1.
    pub line: usize,
    /// Seed of the recording.
    pub seed: u64,
    /// Ply, from 0.
    pub ply: u32,
    /// What differed.
    pub kind: DivergenceKind,
    /// The recorded move.
    pub recorded_move: String,
    /// The recorded value: list digest, state digest, cell, outcome.
    pub recorded: String,
    /// What was found instead.
    pub found: String,
    /// The recorded list of moves, where the trace holds it.
    pub recorded_moves: Option<Vec<String>>,
    /// The list found.
    pub found_moves: Vec<String>,
    /// The recorded position after the move, where the trace holds it.
    pub recorded_state: Option<String>,
    /// The position found after the move, or before it where the move was not played.
    pub found_state: String,
}

/// Sums up the replay of a trace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceReport {
    /// Games read.
    pub games: u64,
    /// Plies that equalled the recording.
    pub plies: u64,
    /// Games that differed.
    pub divergences: u64,
    /// The first difference.
    pub first: Option<Divergence>,
}

impl TraceReport {
    /// Adds another report to this one.
    pub fn merge(&mut self, other: TraceReport) {
        self.games += other.games;
        self.plies += other.plies;
        self.divergences += other.divergences;
        if self.first.is_none() {
            self.first = other.first;
        }
    }

    /// Returns whether everything equalled the recording.
    pub fn is_clean(&self) -> bool {
        self.divergences == 0
    }
}
