//! A generalised sequential probability ratio test on the scores of whole openings.
//!
//! One opening is played once from every seat, and what is tested is the score of the opening, not of its games:
//! the games of one opening are correlated, the openings are not.

use std::collections::BTreeMap;

use rr_proto::{SprtProgress, SprtVerdict};
use serde::{Deserialize, Serialize};

use crate::error::ClusterError;

/// Points of one won game; divisible by two, three and four so that every split of a draw is whole.
const WIN_TWELFTHS: u16 = 12;

/// Weight put on the best and on the worst score so that every mean can be reached by some distribution.
const EDGE_WEIGHT: f64 = 1e-3;

/// Holds the numbers that a sequential test is set up with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SprtParams {
    /// Seats of the game, two to four.
    pub players: u8,
    /// Elo gain that counts as no gain.
    pub elo0: f64,
    /// Elo gain that is asked for.
    pub elo1: f64,
    /// Rate at which a candidate without gain may pass.
    pub alpha: f64,
    /// Rate at which a candidate with the gain may fail.
    pub beta: f64,
    /// Games after which the test ends undecided.
    pub max_games: u32,
}

impl SprtParams {
    /// Returns the house's test against a champion: 0 against 30 Elo, 5 % errors, at most 800 games.
    pub fn against_champion(players: u8) -> Self {
        Self { players, elo0: 0.0, elo1: 30.0, alpha: 0.05, beta: 0.05, max_games: 800 }
    }

    /// Returns the test against a random start: the same errors, but a gain of 100 Elo is asked for.
    ///
    /// A first generation is far stronger than its random start; asking for more decides in fewer games, and the rate of
    /// false promotions stays `alpha`.
    pub fn against_random_start(players: u8) -> Self {
        Self { elo1: 100.0, max_games: 400, ..Self::against_champion(players) }
    }

    /// Returns the expected score of a player that is `elo` above each of its equal opponents.
    ///
    /// At 0 Elo this is the baseline, one over the number of players.
    pub fn expected_score(&self, elo: f64) -> f64 {
        let opponents = f64::from(self.players.max(2)) - 1.0;
        1.0 / (1.0 + opponents * 10f64.powf(-elo / 400.0))
    }

    /// Returns the log-likelihood ratios at which the test ends: reject at or below, accept at or above.
    pub fn bounds(&self) -> (f64, f64) {
        ((self.beta / (1.0 - self.alpha)).ln(), ((1.0 - self.beta) / self.alpha).ln())
    }

    fn check(&self) -> Result<(), ClusterError> {
        let rate = |r: f64| r > 0.0 && r < 0.5;
        let fault = if !(2..=4).contains(&self.players) {
            "players must be 2, 3 or 4"
        } else if !(rate(self.alpha) && rate(self.beta)) {
            "alpha and beta must lie between 0 and 0.5"
        } else if !(self.elo0.is_finite() && self.elo1.is_finite() && self.elo1 > self.elo0) {
            "elo1 must be above elo0"
        } else if self.elo0.abs() > 1000.0 || self.elo1.abs() > 1000.0 {
            "elo0 and elo1 must lie within 1000"
        } else if self.max_games < u32::from(self.players) {
            "max_games must allow one opening from every seat"
        } else {
            return Ok(());
        };
        Err(ClusterError::SprtParams(fault))
    }
}

/// Holds the candidate's points in the games of one opening played from every seat.
///
/// # Units
/// Twelfths of a won game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OpeningScore(u16);

impl OpeningScore {
    /// Adds up the games of one opening; each entry says among how many players the candidate shared the win.
    ///
    /// `None` is a lost game, `Some(1)` a won one, `Some(2)` a win shared with one other player.
    ///
    /// # Errors
    /// When there is not one game for every seat, or a win is shared among none or more than the players.
    pub fn from_shares(players: u8, games: &[Option<u8>]) -> Result<Self, ClusterError> {
        if games.len() != usize::from(players) {
            return Err(ClusterError::OpeningGames { players, games: games.len() });
        }
        let mut points = 0;
        for shared in games.iter().flatten() {
            if *shared == 0 || *shared > players || *shared > 4 {
                return Err(ClusterError::OpeningShare { players, shared: *shared });
            }
            points += WIN_TWELFTHS / u16::from(*shared);
        }
        Ok(Self(points))
    }

    /// Returns the mean score of a game of this opening, in `0..=1`.
    pub fn mean(self, players: u8) -> f64 {
        f64::from(self.0) / (f64::from(WIN_TWELFTHS) * f64::from(players))
    }
}

/// Tests by openings whether a candidate gained on its champion; can be stored and continued at any point.
///
/// The state is a histogram of opening scores, so the order in which openings finish does not matter.
///
/// # Source
/// Generalised SPRT with the distribution's maximum-likelihood estimate under each mean, as fishtest's pentanomial
/// test does it; the estimate under a mean constraint is Owen's empirical likelihood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sprt {
    params: SprtParams,
    counts: BTreeMap<OpeningScore, u32>,
}

impl Sprt {
    /// Starts a test without games.
    ///
    /// # Errors
    /// When the parameters contradict each other.
    pub fn new(params: SprtParams) -> Result<Self, ClusterError> {
        params.check()?;
        Ok(Self { params, counts: BTreeMap::new() })
    }

    /// Returns the parameters of the test.
    pub fn params(&self) -> &SprtParams {
        &self.params
    }

    /// Adds the finished games of one opening and returns the verdict.
    pub fn record(&mut self, opening: OpeningScore) -> SprtVerdict {
        *self.counts.entry(opening).or_insert(0) += 1;
        self.verdict()
    }

    /// Returns the number of openings recorded.
    pub fn openings(&self) -> u32 {
        self.counts.values().sum()
    }

    /// Returns the number of games recorded.
    pub fn games(&self) -> u32 {
        self.openings() * u32::from(self.params.players)
    }

    /// Returns the candidate's mean score, `None` before the first opening.
    pub fn mean_score(&self) -> Option<f64> {
        let openings = self.openings();
        (openings > 0).then(|| {
            let sum: f64 = self.counts.iter().map(|(s, c)| s.mean(self.params.players) * f64::from(*c)).sum();
            sum / f64::from(openings)
        })
    }

    /// Returns the log-likelihood ratio of the gain over no gain.
    pub fn llr(&self) -> f64 {
        let openings = self.openings();
        if openings == 0 {
            return 0.0;
        }
        let mut pdf: Vec<(f64, f64)> = vec![(0.0, EDGE_WEIGHT), (1.0, EDGE_WEIGHT)];
        pdf.extend(self.counts.iter().map(|(s, c)| (s.mean(self.params.players), f64::from(*c))));
        let total: f64 = pdf.iter().map(|(_, w)| w).sum();
        let s0 = self.params.expected_score(self.params.elo0);
        let s1 = self.params.expected_score(self.params.elo1);
        let (t0, t1) = (tilt(&pdf, s0), tilt(&pdf, s1));
        let sum: f64 = pdf.iter().map(|(a, w)| w * ((t0 * (a - s0)).ln_1p() - (t1 * (a - s1)).ln_1p())).sum();
        sum * f64::from(openings) / total
    }

    /// Returns where the test stands between its bounds.
    pub fn progress(&self) -> SprtProgress {
        let (lower, upper) = self.params.bounds();
        let llr = self.llr();
        let verdict = if llr >= upper {
            SprtVerdict::Accepted
        } else if llr <= lower {
            SprtVerdict::Rejected
        } else if self.games() + u32::from(self.params.players) > self.params.max_games {
            SprtVerdict::Capped
        } else {
            SprtVerdict::Undecided
        };
        SprtProgress { llr, lower, upper, verdict }
    }

    /// Returns what the games so far decide.
    pub fn verdict(&self) -> SprtVerdict {
        self.progress().verdict
    }
}

/// Finds the Lagrange multiplier of the most likely distribution with the given mean, by bisection.
///
/// The sum falls strictly with the multiplier and the edge weights give it both signs, so there is one root.
fn tilt(pdf: &[(f64, f64)], mean: f64) -> f64 {
    let (mut low, mut high) = (-1.0 / (1.0 - mean), 1.0 / mean);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        let sum: f64 = pdf.iter().map(|(a, w)| w * (a - mean) / (1.0 + middle * (a - mean))).sum();
        if sum > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests;
