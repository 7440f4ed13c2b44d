//! Named simulation budgets and playout-cap randomisation.

use std::fmt;
use std::str::FromStr;

use rand::Rng;

use super::error::SearchError;

/// Says how many simulations a move gets; the search runs exactly that many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchBudget {
    /// Many cheap games: 64 simulations.
    Throughput,
    /// The usual strength: 800 simulations.
    Standard,
    /// Same count as [`SearchBudget::Standard`], kept as a name of its own because budget tiers refer to it: 800 simulations.
    Quality,
    /// 1,600 simulations.
    Ultimate,
    /// 3,200 simulations.
    Master,
    /// Any other count.
    Simulations(u32),
}

impl SearchBudget {
    /// Lists the budgets that have a name.
    pub const NAMED: [Self; 5] =
        [Self::Throughput, Self::Standard, Self::Quality, Self::Ultimate, Self::Master];

    /// Returns the number of simulations per move.
    pub const fn simulations(self) -> u32 {
        match self {
            Self::Throughput => 64,
            Self::Standard | Self::Quality => 800,
            Self::Ultimate => 1600,
            Self::Master => 3200,
            Self::Simulations(count) => count,
        }
    }
}

impl fmt::Display for SearchBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throughput => f.write_str("THROUGHPUT"),
            Self::Standard => f.write_str("STANDARD"),
            Self::Quality => f.write_str("QUALITY"),
            Self::Ultimate => f.write_str("ULTIMATE"),
            Self::Master => f.write_str("MASTER"),
            Self::Simulations(count) => write!(f, "{count}"),
        }
    }
}

impl FromStr for SearchBudget {
    type Err = SearchError;

    fn from_str(text: &str) -> Result<Self, SearchError> {
        if let Some(named) =
            Self::NAMED.into_iter().find(|budget| budget.to_string().eq_ignore_ascii_case(text))
        {
            return Ok(named);
        }
        match text.parse::<u32>() {
            Ok(count) if count > 0 => Ok(Self::Simulations(count)),
            _ => Err(SearchError::UnknownBudget(text.to_owned())),
        }
    }
}

/// Gives a random share of the moves the full budget and the others a fraction of it.
///
/// # Source
/// Playout cap randomisation, Wu 2019, "Accelerating Self-Play Learning in Go", section 3.1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlayoutCap {
    /// Share of the moves that get the full budget and carry a policy target, `0.0..=1.0`.
    pub full_share: f32,
    /// Divisor of the budget for the other moves.
    pub divisor: u32,
}

impl PlayoutCap {
    /// Gives every move the full budget.
    pub const OFF: Self = Self { full_share: 1.0, divisor: 1 };

    /// Draws the simulations of the next move and whether it is a full one; takes one draw from `rng` in every case.
    pub fn draw(self, budget: SearchBudget, rng: &mut impl Rng) -> (u32, bool) {
        let full = rng.random::<f32>() < self.full_share;
        let count = budget.simulations();
        if full { (count, true) } else { ((count / self.divisor.max(1)).max(1), false) }
    }
}

impl Default for PlayoutCap {
    fn default() -> Self {
        Self { full_share: 0.25, divisor: 4 }
    }
}
