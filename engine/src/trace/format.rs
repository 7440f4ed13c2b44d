//! The lines of a trace file.

use serde::{Deserialize, Serialize};

use crate::{
    EngineError,
    board::{BoardKind, GameConfig},
    rules::Rules,
};

/// Opens a recorded game: config, parameters and digests of the initial position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceHeader {
    /// Marks a header.
    pub h: u8,
    /// Format version; 1 is read.
    pub v: u32,
    /// The board.
    pub board: BoardKind,
    /// Number of players.
    pub players: u8,
    /// Seed of the recording.
    #[serde(default)]
    pub seed: u64,
    /// Policy of the recording.
    #[serde(default)]
    pub policy: String,
    /// Whether the swap rule is on.
    #[serde(default)]
    pub swap: bool,
    /// Rings per player.
    pub rings_per_player: u16,
    /// Line length of detection.
    pub line_base: u8,
    /// Line length of the reward.
    pub line_eff: u8,
    /// Rings that win.
    pub victory_threshold: u16,
    /// Cells that win.
    pub territory_min: u16,
    /// Exclusive rounds that win.
    pub lps_rounds: u16,
    /// Digest of the initial position.
    pub sh: String,
    /// The reference's own digest of the initial position.
    #[serde(default)]
    pub uh: Option<String>,
}

impl TraceHeader {
    /// Returns board and player count.
    ///
    /// # Errors
    /// A player count outside 2 to 4.
    pub fn config(&self) -> Result<GameConfig, EngineError> {
        GameConfig::new(self.board, self.players)
    }

    /// Returns the recorded rule parameters.
    pub fn rules(&self) -> Rules {
        Rules {
            rings_per_player: self.rings_per_player,
            line_base: self.line_base,
            line_effective: self.line_eff,
            victory_threshold: self.victory_threshold,
            territory_minimum: self.territory_min,
            lps_rounds: self.lps_rounds,
            swap: self.swap,
            stack_strike: true,
        }
    }
}

/// Holds a recorded move, field by field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TraceMove {
    /// Kind.
    pub t: String,
    /// Player, from 1.
    pub p: u8,
    /// Origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub f: Option<String>,
    /// Landing or target cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Captured stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c: Option<String>,
    /// Ring count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u8>,
    /// Cells of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Collapsed cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub col: Option<String>,
    /// Cells of the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reg: Option<String>,
    /// Elimination context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<String>,
    /// Recovery mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Recovery option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opt: Option<u8>,
    /// Stack that gave back a buried ring (S9).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
}

impl TraceMove {
    /// Writes the move string.
    pub fn text(&self) -> String {
        let s = |field: &Option<String>| field.clone().unwrap_or_default();
        let n = |field: &Option<u8>| field.map(|n| n.to_string()).unwrap_or_default();
        [
            self.t.clone(),
            self.p.to_string(),
            s(&self.f),
            s(&self.to),
            s(&self.c),
            n(&self.n),
            s(&self.line),
            s(&self.col),
            s(&self.reg),
            s(if self.ctx.is_some() { &self.ctx } else { &self.mode }),
            n(&self.opt),
        ]
        .join("|")
    }
}

/// Holds a recorded ply: the list before it, the move, the state after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracePly {
    /// Index of the ply, from 0.
    pub i: u32,
    /// The move played.
    pub m: TraceMove,
    /// Number of legal moves before it.
    pub n: u32,
    /// Digest of the list of legal moves.
    pub lh: String,
    /// Status afterwards.
    pub st: String,
    /// Phase afterwards.
    pub ph: String,
    /// Player afterwards, 0 at the end.
    pub pl: u8,
    /// Digest of the position afterwards.
    pub sh: String,
    /// The reference's own digest afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uh: Option<String>,
    /// Digest of the list without overlength `process_line`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lf: Option<String>,
    /// Listed moves that the reference fails on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bad: Option<Vec<String>>,
    /// The list of legal moves itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mv: Option<Vec<String>>,
    /// The position afterwards itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ct: Option<String>,
}

/// Closes a recorded game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceFooter {
    /// `completed` or `capped`.
    pub end: String,
    /// Winner, from 1.
    #[serde(default)]
    pub winner: Option<u8>,
    /// Reason of the end.
    #[serde(default)]
    pub reason: Option<String>,
    /// Number of plies.
    pub plies: u32,
    /// The final position.
    #[serde(default)]
    pub ct: Option<String>,
}

/// Holds a whole recorded game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceGame {
    /// Line of the header in its file, from 1.
    pub line: usize,
    /// The header.
    pub header: TraceHeader,
    /// The plies.
    pub plies: Vec<TracePly>,
    /// The footer.
    pub footer: TraceFooter,
}
