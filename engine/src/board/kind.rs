//! The four boards.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::EngineError;

/// Names a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BoardKind {
    /// 8 x 8 squares.
    Square8,
    /// 19 x 19 squares.
    Square19,
    /// Hexagon of radius 4, 61 cells.
    Hex8,
    /// Hexagon of radius 12, 469 cells.
    Hexagonal,
}

impl BoardKind {
    /// All boards, in a fixed order.
    pub const ALL: [BoardKind; 4] =
        [BoardKind::Square8, BoardKind::Square19, BoardKind::Hex8, BoardKind::Hexagonal];

    /// Returns the board's name as it is written everywhere.
    pub fn name(self) -> &'static str {
        self.descriptor().name
    }
}

impl fmt::Display for BoardKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for BoardKind {
    type Err = EngineError;

    fn from_str(text: &str) -> Result<Self, EngineError> {
        Self::ALL
            .into_iter()
            .find(|b| b.name() == text)
            .ok_or_else(|| EngineError::UnknownBoard(text.to_owned()))
    }
}
