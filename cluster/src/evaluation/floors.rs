//! Floors against the anchors: win rates that a candidate must be shown to reach.

use rr_proto::Games;
use serde::{Deserialize, Serialize};

use super::wilson::WilsonInterval;
use crate::error::ClusterError;

/// Holds the win rates that a config asks for against its anchors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AnchorFloors {
    /// Against the random player, in `0..=1`.
    pub vs_random: f64,
    /// Against the heuristic player, in `0..=1`.
    pub vs_heuristic: f64,
}

/// Holds a candidate's points against one anchor; there is no record of no games.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawAnchorRecord")]
pub struct AnchorRecord {
    score: f64,
    games: Games,
}

impl AnchorRecord {
    /// Holds `score` points out of `games`; a draw counts as its part of a point.
    ///
    /// # Errors
    /// Without games, or when the score does not lie within them.
    pub fn new(score: f64, games: Games) -> Result<Self, ClusterError> {
        if games.0 == 0 {
            return Err(ClusterError::NoGames);
        }
        if !(0.0..=games.0 as f64).contains(&score) {
            return Err(ClusterError::ScoreOutOfRange { score, games: games.0 });
        }
        Ok(Self { score, games })
    }

    /// Returns the games played.
    pub fn games(&self) -> Games {
        self.games
    }

    /// Returns the mean score.
    pub fn rate(&self) -> f64 {
        self.score / self.games.0 as f64
    }

    /// Returns the 95 % interval of the win rate.
    pub fn interval(&self) -> WilsonInterval {
        WilsonInterval::of(self.score, u32::try_from(self.games.0).unwrap_or(u32::MAX))
    }
}

#[derive(Deserialize)]
struct RawAnchorRecord {
    score: f64,
    games: Games,
}

impl TryFrom<RawAnchorRecord> for AnchorRecord {
    type Error = ClusterError;
    fn try_from(raw: RawAnchorRecord) -> Result<Self, ClusterError> {
        Self::new(raw.score, raw.games)
    }
}

/// Says how a record stands to a floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FloorCheck {
    /// No games against the anchor were played.
    Missing,
    /// The lower bound of the interval lies under the floor.
    Below,
    /// The whole interval lies at or above the floor.
    Cleared,
}

impl FloorCheck {
    /// Compares the interval's lower bound with the floor.
    pub fn of(record: Option<&AnchorRecord>, floor: f64) -> Self {
        match record {
            None => Self::Missing,
            Some(record) if record.interval().clears(floor) => Self::Cleared,
            Some(_) => Self::Below,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_bound_decides_not_the_rate() {
        let few = AnchorRecord::new(18.0, Games(20)).unwrap();
        let many = AnchorRecord::new(900.0, Games(1000)).unwrap();
        assert_eq!(FloorCheck::of(Some(&few), 0.85), FloorCheck::Below);
        assert_eq!(FloorCheck::of(Some(&many), 0.85), FloorCheck::Cleared);
        assert_eq!(FloorCheck::of(None, 0.0), FloorCheck::Missing);
    }

    #[test]
    fn records_without_games_cannot_be_built_or_read() {
        assert!(AnchorRecord::new(0.0, Games(0)).is_err());
        assert!(AnchorRecord::new(3.0, Games(2)).is_err());
        assert!(AnchorRecord::new(f64::NAN, Games(2)).is_err());
        let bytes = postcard::to_allocvec(&(0.0f64, Games(0))).unwrap();
        assert!(postcard::from_bytes::<AnchorRecord>(&bytes).is_err());
    }
}
