//! How a game ended.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Player;

/// Says why a game ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// A player's eliminated rings reached the threshold, or led on a bare board.
    RingElimination,
    /// A player's territory reached the minimum and outweighed all others', or led on a bare board.
    TerritoryControl,
    /// Only one player has rings left, or markers or the last move decided a bare board.
    LastPlayerStanding,
    /// One player alone had real actions for the required number of rounds.
    LpsRounds,
    /// Nothing but the seat number decided a bare board.
    SeatOrder,
}

impl EndReason {
    /// All reasons.
    pub const ALL: [EndReason; 5] = [
        EndReason::RingElimination,
        EndReason::TerritoryControl,
        EndReason::LastPlayerStanding,
        EndReason::LpsRounds,
        EndReason::SeatOrder,
    ];

    /// Returns the name used in notation.
    pub fn name(self) -> &'static str {
        match self {
            EndReason::RingElimination => "ring_elimination",
            EndReason::TerritoryControl => "territory_control",
            EndReason::LastPlayerStanding => "last_player_standing",
            EndReason::LpsRounds => "lps_rounds",
            EndReason::SeatOrder => "tiebreaker_by_player_number",
        }
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EndReason {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|r| r.name() == text).ok_or(())
    }
}

/// Names the winner of a finished game and the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// Who won; `None` only where a parsed text names nobody.
    pub winner: Option<Player>,
    /// Why the game ended.
    pub reason: EndReason,
}
