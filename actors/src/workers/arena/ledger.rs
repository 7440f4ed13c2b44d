//! Results of games, handed out by whole openings and in their order.

use std::collections::BTreeMap;

use rr_cluster::{ClusterError, OpeningScore};
use rr_proto::MatchTally;

/// Holds the games of one opening, played once from every seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedOpening {
    /// The number of the opening.
    pub number: u64,
    /// For each rotation, among how many players the candidate shared the first place; none where it lost.
    pub shares: Vec<Option<u8>>,
}

impl FinishedOpening {
    /// Returns the score that a sequential test takes.
    ///
    /// # Errors
    /// Never for shares that come from places.
    pub fn score(&self) -> Result<OpeningScore, ClusterError> {
        OpeningScore::from_shares(u8::try_from(self.shares.len()).unwrap_or(u8::MAX), &self.shares)
    }

    /// Returns the candidate's points, a won game being one.
    pub fn points(&self) -> f64 {
        self.shares.iter().flatten().map(|&among| 1.0 / f64::from(among)).sum()
    }

    /// Adds the games to a tally.
    pub fn count(&self, tally: &mut MatchTally) {
        for share in &self.shares {
            match share {
                Some(1) => tally.wins += 1,
                Some(_) => tally.draws += 1,
                None => tally.losses += 1,
            }
        }
    }
}

/// Keeps results of games until the games of all openings before are there too.
///
/// Short games end first: a test that took results as they come would see them more often than they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningLedger {
    players: u64,
    next: u64,
    waiting: BTreeMap<u64, Vec<Option<Option<u8>>>>,
}

impl OpeningLedger {
    /// Starts without results.
    pub fn new(players: u8) -> Self {
        Self { players: u64::from(players.max(1)), next: 0, waiting: BTreeMap::new() }
    }

    /// Takes the result of a game: among how many the candidate shared the first place. The first result of a game stands.
    pub fn record(&mut self, game: u64, share: Option<u8>) {
        let (opening, rotation) = (game / self.players, (game % self.players) as usize);
        if opening < self.next {
            return;
        }
        let games = self.waiting.entry(opening).or_insert_with(|| vec![None; self.players as usize]);
        games[rotation].get_or_insert(share);
    }

    /// Takes out the next opening in order, if all of its games are there.
    pub fn take_next(&mut self) -> Option<FinishedOpening> {
        let shares: Vec<Option<u8>> = self.waiting.get(&self.next)?.iter().copied().collect::<Option<_>>()?;
        self.waiting.remove(&self.next);
        let number = self.next;
        self.next += 1;
        Some(FinishedOpening { number, shares })
    }
}

/// Returns among how many players `seat` shares the first place; none where it has another one.
pub(super) fn share_of(places: &[u8], seat: usize) -> Option<u8> {
    if places.get(seat) != Some(&1) {
        return None;
    }
    u8::try_from(places.iter().filter(|place| **place == 1).count()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_come_out_whole_and_in_order() {
        let mut ledger = OpeningLedger::new(2);
        ledger.record(2, Some(1));
        ledger.record(3, None);
        ledger.record(1, Some(2));
        assert_eq!(ledger.take_next(), None);
        ledger.record(0, None);
        ledger.record(0, Some(1)); // the first result stands
        let first = ledger.take_next().unwrap();
        assert_eq!((first.number, first.shares.as_slice()), (0, &[None, Some(2)][..]));
        assert_eq!(ledger.take_next().unwrap().shares, [Some(1), None]);
        assert_eq!(ledger.take_next(), None);
        ledger.record(0, Some(1)); // taken out already
        assert_eq!(ledger.take_next(), None);
    }

    #[test]
    fn points_and_tally_agree() {
        let opening = FinishedOpening { number: 0, shares: vec![Some(1), None, Some(3)] };
        let mut tally = MatchTally::default();
        opening.count(&mut tally);
        assert_eq!((tally.wins, tally.draws, tally.losses), (1, 1, 1));
        assert!((opening.points() - 4.0 / 3.0).abs() < 1e-9);
        assert!((opening.score().unwrap().mean(3) - 4.0 / 9.0).abs() < 1e-9);
    }

    #[test]
    fn the_first_place_is_shared_by_those_who_have_it() {
        assert_eq!(share_of(&[1, 2], 0), Some(1));
        assert_eq!(share_of(&[1, 2], 1), None);
        assert_eq!(share_of(&[1, 1, 1], 2), Some(3));
        assert_eq!(share_of(&[2, 3, 1, 4], 2), Some(1));
    }
}
