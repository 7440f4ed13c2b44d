//! Where the games of one slot on one config come from.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rr_engine::search::MAX_PLAYERS;
use rr_engine::selfplay::{GameSource, GameTask, Opening, PlaySettings, SeatPlan};

use super::pool::SelfPlayPool;

/// Hands out self-play games with numbers that all slots share, and the model and settings of this slot.
pub(super) struct SlotGames {
    pool: Arc<SelfPlayPool>,
    run_seed: u64,
    plan: Mutex<Plan>,
}

struct Plan {
    model: usize,
    settings: PlaySettings,
    /// Games in progress by the place of their model.
    running: BTreeMap<usize, usize>,
}

impl SlotGames {
    pub fn new(pool: Arc<SelfPlayPool>, run_seed: u64, settings: PlaySettings) -> Self {
        let plan = Mutex::new(Plan { model: 0, settings, running: BTreeMap::new() });
        Self { pool, run_seed, plan }
    }

    /// Gives the games still to come another model or other settings; running games go on as they began.
    pub fn adjust(&self, model: usize, settings: PlaySettings) {
        let mut plan = self.plan();
        plan.model = model;
        plan.settings = settings;
    }

    /// Counts a game as ended and returns the model's place where it was the last one of a model that plays no more.
    pub fn ended(&self, task: &GameTask) -> Option<usize> {
        let SeatPlan::Model(model) = task.seats[0] else { return None };
        let mut plan = self.plan();
        let left = plan.running.get_mut(&model)?;
        *left = left.saturating_sub(1);
        if *left > 0 || model == plan.model {
            return None;
        }
        plan.running.remove(&model);
        Some(model)
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        // Every statement leaves the plan consistent, so a poisoned lock is still good.
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl GameSource for SlotGames {
    fn next_game(&self) -> Option<GameTask> {
        let mut plan = self.plan();
        let (model, settings) = (plan.model, plan.settings);
        *plan.running.entry(model).or_insert(0) += 1;
        Some(GameTask {
            index: self.pool.next_index(),
            run_seed: self.run_seed,
            seats: [SeatPlan::Model(model); MAX_PLAYERS],
            opening: Opening::Played,
            settings,
        })
    }
}
