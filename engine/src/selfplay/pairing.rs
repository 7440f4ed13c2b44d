//! Paired evaluation matches: every opening is played in every seat rotation.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::settings::{GameTask, Opening, PlaySettings, SeatPlan};
use super::source::GameSource;
use crate::search::MAX_PLAYERS;

/// Returns the seats of game `rotation` of a group: contestant `c` sits in seat `(c + rotation) mod players`.
pub fn rotated(contestants: &[SeatPlan], rotation: usize) -> [SeatPlan; MAX_PLAYERS] {
    let players = contestants.len();
    std::array::from_fn(|seat| contestants[(seat % players + players - rotation % players) % players])
}

/// Hands out the games of one match; games `n * players .. (n + 1) * players` share opening `n` and differ by rotation.
#[derive(Debug)]
pub struct PairedMatches {
    contestants: Vec<SeatPlan>,
    run_seed: u64,
    opening_plies: u32,
    settings: PlaySettings,
    next: AtomicU64,
    end: u64,
    cancelled: AtomicBool,
}

impl PairedMatches {
    /// Plans a match between `contestants`, one per seat, two to four of them, over a number of openings.
    pub fn new(
        contestants: Vec<SeatPlan>,
        run_seed: u64,
        openings: u64,
        opening_plies: u32,
        settings: PlaySettings,
    ) -> Self {
        let end = openings.saturating_mul(contestants.len() as u64);
        let (next, cancelled) = (AtomicU64::new(0), AtomicBool::new(false));
        Self { contestants, run_seed, opening_plies, settings, next, end, cancelled }
    }

    /// Cancels the match, for a sequential test that has decided.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Returns which contestant sat in `seat` in game `index`.
    pub fn contestant(&self, index: u64, seat: usize) -> usize {
        let players = self.contestants.len();
        let rotation = (index % players as u64) as usize;
        (seat + players - rotation) % players
    }
}

impl GameSource for PairedMatches {
    fn next_game(&self) -> Option<GameTask> {
        let players = self.contestants.len() as u64;
        let end = self.end;
        let taken = self
            .next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| (next < end).then_some(next + 1));
        taken.ok().map(|index| GameTask {
            index,
            run_seed: self.run_seed,
            seats: rotated(&self.contestants, (index % players) as usize),
            opening: Opening::Random {
                seed: self.run_seed ^ (index / players).rotate_left(32),
                plies: self.opening_plies,
            },
            settings: self.settings,
        })
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
