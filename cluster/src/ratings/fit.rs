//! The ratings of one config: a fold over its match log.

use std::collections::BTreeMap;

use rr_proto::{Elo, Games, RatingEstimate};
use serde::{Deserialize, Serialize};

use super::match_log::{MatchLog, RatedPlayer};
use super::plackett_luce::{self, CountedOrder};
use crate::evaluation::Z_95;

/// The rating at which the random player is pinned.
pub const RANDOM_ELO: Elo = Elo(400.0);

/// Elo of one natural unit of strength.
const ELO_PER_NAT: f64 = 400.0 / std::f64::consts::LN_10;

/// Holds a player's rating and the matches behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlayerRating {
    /// Rating and 95 % interval.
    pub estimate: RatingEstimate,
    /// Rated matches in which the player sat.
    pub games: Games,
}

/// Holds the ratings of every player of one config's match log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RatingTable {
    ratings: BTreeMap<RatedPlayer, PlayerRating>,
}

impl RatingTable {
    /// Fits every rating anew from the log.
    ///
    /// The result depends only on the set of matches: not on their order nor on how often one was delivered. Intervals
    /// come from the observed information. A player without a chain of matches to the random player keeps the prior's wide
    /// interval around 400.
    ///
    /// # Source
    /// Bradley and Terry 1952; Plackett 1975; intervals as in Hunter, "MM algorithms for generalized Bradley-Terry
    /// models", 2004.
    pub fn fit(log: &MatchLog) -> Self {
        let mut games: BTreeMap<RatedPlayer, u64> = BTreeMap::from([(RatedPlayer::Random, 0)]);
        let mut orders: BTreeMap<Vec<Vec<RatedPlayer>>, u32> = BTreeMap::new();
        for record in log.iter() {
            let mut seated = record.seats().to_vec();
            seated.sort();
            seated.dedup();
            for player in &seated {
                *games.entry(*player).or_insert(0) += 1;
            }
            if seated.len() > 1 {
                *orders.entry(record.groups()).or_insert(0) += 1;
            }
        }
        let index: BTreeMap<RatedPlayer, usize> = games.keys().enumerate().map(|(i, p)| (*p, i)).collect();
        let counted: Vec<CountedOrder> = orders
            .into_iter()
            .map(|(groups, count)| CountedOrder {
                groups: groups.iter().map(|g| g.iter().map(|p| index[p]).collect()).collect(),
                count: f64::from(count),
            })
            .collect();
        let fit = plackett_luce::fit(&counted, index.len(), index[&RatedPlayer::Random]);
        let ratings = games
            .into_iter()
            .map(|(player, games)| {
                let i = index[&player];
                let elo = RANDOM_ELO.0 + fit.theta[i] * ELO_PER_NAT;
                let half = Z_95 * fit.variance[i].sqrt() * ELO_PER_NAT;
                let estimate = RatingEstimate { elo: Elo(elo), low: Elo(elo - half), high: Elo(elo + half) };
                (player, PlayerRating { estimate, games: Games(games) })
            })
            .collect();
        Self { ratings }
    }

    /// Returns a player's rating.
    pub fn get(&self, player: &RatedPlayer) -> Option<&PlayerRating> {
        self.ratings.get(player)
    }

    /// Returns the players from the strongest to the weakest.
    pub fn ranked(&self) -> Vec<(RatedPlayer, PlayerRating)> {
        let mut all: Vec<_> = self.ratings.iter().map(|(p, r)| (*p, *r)).collect();
        all.sort_by(|a, b| b.1.estimate.elo.0.total_cmp(&a.1.estimate.elo.0).then(a.0.cmp(&b.0)));
        all
    }
}

#[cfg(test)]
mod tests;
