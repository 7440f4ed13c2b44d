//! Phases of a turn.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Names what the mover has to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Place rings, or pass that.
    RingPlacement,
    /// Move a stack, capture, or recover.
    Movement,
    /// Optional capture by the stack that just moved.
    Capture,
    /// Mandatory continuation of a capture.
    ChainCapture,
    /// Own lines are collapsed.
    LineProcessing,
    /// Enclosed regions are taken.
    TerritoryProcessing,
    /// A player who could do nothing gives up a cap.
    ForcedElimination,
    /// The game has ended.
    GameOver,
}

impl Phase {
    /// All phases in the order of a turn.
    pub const ALL: [Phase; 8] = [
        Phase::RingPlacement,
        Phase::Movement,
        Phase::Capture,
        Phase::ChainCapture,
        Phase::LineProcessing,
        Phase::TerritoryProcessing,
        Phase::ForcedElimination,
        Phase::GameOver,
    ];

    /// Returns the name used in notation.
    pub fn name(self) -> &'static str {
        match self {
            Phase::RingPlacement => "ring_placement",
            Phase::Movement => "movement",
            Phase::Capture => "capture",
            Phase::ChainCapture => "chain_capture",
            Phase::LineProcessing => "line_processing",
            Phase::TerritoryProcessing => "territory_processing",
            Phase::ForcedElimination => "forced_elimination",
            Phase::GameOver => "game_over",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Phase {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|p| p.name() == text).ok_or(())
    }
}
