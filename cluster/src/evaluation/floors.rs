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

/// Width of a win rate's 95 % interval from which an anchor's match ends.
const PRECISE_WIDTH: f64 = 0.1;

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
        WilsonInterval::of(self.score, self.count())
    }

    /// Says whether more games would hardly move the win rate: its 95 % interval is at most ten points wide.
    ///
    /// Against a player that is beaten every time this saves two games in three; elsewhere all games are played. That a match
    /// may end early makes the interval slightly optimistic: its lower bound lies above the true rate, if that is 30 % to
    /// 95 %, with a chance of at most 4 % where 2.5 % is aimed for; with a fixed number of games it would be 3.4 %.
    pub fn is_precise(&self) -> bool {
        let interval = self.interval();
        interval.high - interval.low <= PRECISE_WIDTH
    }

    /// Says whether the games tell on which side of a floor the win rate lies: the whole interval of this confidence lies there.
    pub fn decides(&self, floor: f64, confidence: f64) -> bool {
        let interval = WilsonInterval::with_confidence(self.score, self.count(), confidence);
        interval.clears(floor) || interval.high < floor
    }

    fn count(&self) -> u32 {
        u32::try_from(self.games.0).unwrap_or(u32::MAX)
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
    /// Compares the lower bound of the interval of this confidence with the floor.
    pub fn of(record: Option<&AnchorRecord>, floor: f64, confidence: f64) -> Self {
        let Some(record) = record else { return Self::Missing };
        let interval = WilsonInterval::with_confidence(record.score, record.count(), confidence);
        if interval.clears(floor) { Self::Cleared } else { Self::Below }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_bound_decides_not_the_rate() {
        let few = AnchorRecord::new(18.0, Games(20)).unwrap();
        let many = AnchorRecord::new(900.0, Games(1000)).unwrap();
        assert_eq!(FloorCheck::of(Some(&few), 0.85, 0.95), FloorCheck::Below);
        assert_eq!(FloorCheck::of(Some(&few), 0.85, 0.5), FloorCheck::Below);
        assert_eq!(FloorCheck::of(Some(&many), 0.85, 0.95), FloorCheck::Cleared);
        assert_eq!(FloorCheck::of(Some(&many), 0.88, 0.95), FloorCheck::Below);
        assert_eq!(FloorCheck::of(Some(&many), 0.88, 0.9), FloorCheck::Cleared);
        assert_eq!(FloorCheck::of(None, 0.0, 0.95), FloorCheck::Missing);
    }

    #[test]
    fn a_match_ends_when_its_win_rate_is_known_well_enough() {
        let precise =
            |wins: u32, games| AnchorRecord::new(f64::from(wins), Games(games)).unwrap().is_precise();
        assert!(!precise(20, 20));
        assert!(precise(36, 36));
        assert!(!precise(50, 100));
    }

    /// Returns the chance that a floor of 90 % is shown to be reached by a player of this win rate: precise or not, a match of `usual` games
    /// goes on to `most` while the floor is undecided. Exact, as [`overstated`].
    fn passes(rate: f64, usual: u64, most: u64) -> f64 {
        const FLOOR: f64 = 0.9;
        let mut chances = vec![1.0];
        let mut sum = 0.0;
        for games in (2..=most).step_by(2) {
            chances = after_an_opening(&chances, rate);
            for (wins, chance) in chances.iter_mut().enumerate() {
                let record = AnchorRecord::new(wins as f64, Games(games)).unwrap();
                let ends = record.is_precise() || games >= usual;
                if games == most || ends && (record.decides(FLOOR, 0.95) || most == usual) {
                    sum += if record.interval().clears(FLOOR) { *chance } else { 0.0 };
                    *chance = 0.0;
                }
            }
        }
        sum
    }

    #[test]
    fn a_floor_is_asked_until_it_answers() {
        // A match that ended undecided refused two of three players that win 97 % of their games.
        assert!(passes(0.97, 64, 64) < 0.35);
        assert!(passes(0.97, 64, 256) > 0.99 && passes(0.95, 64, 256) > 0.85);
        // Looking again and again lets more through: of those who stand on the floor one in ten, of those below it hardly any.
        assert!((0.09..0.11).contains(&passes(0.9, 64, 256)));
        assert!(passes(0.88, 64, 256) < 0.03 && passes(0.85, 64, 256) < 0.005);
    }

    fn after_an_opening(chances: &[f64], rate: f64) -> Vec<f64> {
        let mut next = vec![0.0; chances.len() + 2];
        for (wins, chance) in chances.iter().enumerate() {
            next[wins] += chance * (1.0 - rate) * (1.0 - rate);
            next[wins + 1] += chance * 2.0 * rate * (1.0 - rate);
            next[wins + 2] += chance * rate * rate;
        }
        next
    }

    /// Returns the chance that the lower bound of a match of `openings` of two games, ended early where that is allowed, lies above
    /// `rate`; exact, by walking over all numbers of wins.
    fn overstated(rate: f64, openings: u64, may_end_early: bool) -> f64 {
        let mut chances = vec![1.0];
        let mut sum = 0.0;
        for games in (2..=2 * openings).step_by(2) {
            chances = after_an_opening(&chances, rate);
            for (wins, chance) in chances.iter_mut().enumerate() {
                let record = AnchorRecord::new(wins as f64, Games(games)).unwrap();
                if games == 2 * openings || (may_end_early && record.is_precise()) {
                    sum += if record.interval().low > rate { *chance } else { 0.0 };
                    *chance = 0.0;
                }
            }
        }
        sum
    }

    #[test]
    fn ending_early_costs_at_most_a_hundredth_of_confidence() {
        let rates = || (30..=95).map(|n| f64::from(n) / 100.0);
        for openings in [32, 64, 100] {
            let worst = |early| rates().map(|rate| overstated(rate, openings, early)).fold(0.0, f64::max);
            let (early, fixed) = (worst(true), worst(false));
            assert!(early <= 0.04 && early - fixed < 0.01, "{early} for {openings} openings, {fixed} fixed");
            assert!(fixed > 0.025 && fixed <= 0.034, "{fixed} for {openings} openings");
        }
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
