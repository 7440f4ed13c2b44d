//! Where a fleet's games come from.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::settings::{GameTask, Opening, PlaySettings, SeatPlan};
use crate::search::MAX_PLAYERS;

/// Hands out games; shared by all fleets of a run.
pub trait GameSource: Send + Sync {
    /// Returns the next game to play, or nothing when there is none at the moment.
    fn next_game(&self) -> Option<GameTask>;

    /// Tells fleets to drop the games that they have not finished and to start no others.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Hands out self-play games with rising numbers up to a limit.
#[derive(Debug)]
pub struct NumberedGames {
    next: AtomicU64,
    end: u64,
    run_seed: u64,
    settings: PlaySettings,
    model: usize,
    cancelled: AtomicBool,
}

impl NumberedGames {
    /// Hands out the games `first..first + count` of a run, all seats played by `model`.
    pub fn new(run_seed: u64, first: u64, count: u64, model: usize, settings: PlaySettings) -> Self {
        Self {
            next: AtomicU64::new(first),
            end: first.saturating_add(count),
            run_seed,
            settings,
            model,
            cancelled: AtomicBool::new(false),
        }
    }

    /// Cancels the run; fleets notice between two decisions.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl GameSource for NumberedGames {
    fn next_game(&self) -> Option<GameTask> {
        let taken = self
            .next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| (next < self.end).then_some(next + 1));
        taken.ok().map(|index| GameTask {
            index,
            run_seed: self.run_seed,
            seats: [SeatPlan::Model(self.model); MAX_PLAYERS],
            opening: Opening::Played,
            settings: self.settings,
        })
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
