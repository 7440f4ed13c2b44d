//! Where a fleet's games come from.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

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
    end: AtomicU64,
    run_seed: u64,
    /// The model and the settings of the games still to come.
    plan: Mutex<(usize, PlaySettings)>,
    cancelled: AtomicBool,
}

impl NumberedGames {
    /// Hands out the games `first..first + count` of a run, all seats played by `model`.
    pub fn new(run_seed: u64, first: u64, count: u64, model: usize, settings: PlaySettings) -> Self {
        Self {
            next: AtomicU64::new(first),
            end: AtomicU64::new(first.saturating_add(count)),
            run_seed,
            plan: Mutex::new((model, settings)),
            cancelled: AtomicBool::new(false),
        }
    }

    /// Gives the games still to come another model or other settings; running games go on as they began.
    pub fn adjust(&self, model: usize, settings: PlaySettings) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = (model, settings);
    }

    /// Hands out no more games; those that run are played to their end.
    pub fn stop(&self) {
        self.end.store(0, Ordering::Relaxed);
    }

    /// Cancels the run; fleets drop their games between two decisions.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Returns the number of the next game, from which a later run can go on.
    pub fn next_index(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }
}

impl GameSource for NumberedGames {
    fn next_game(&self) -> Option<GameTask> {
        let end = self.end.load(Ordering::Relaxed);
        let index = self
            .next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| (next < end).then_some(next + 1))
            .ok()?;
        let (model, settings) = *self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        let seats = [SeatPlan::Model(model); MAX_PLAYERS];
        Some(GameTask { index, run_seed: self.run_seed, seats, opening: Opening::Played, settings })
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
