//! A fleet of games on one thread.

use super::batch::EvalBatch;
use super::driver::{FleetCounters, FleetDriver, FleetModel, FleetOptions};
use super::finished_game::FinishedGame;
use super::live_game::{LiveGame, LiveStep};
use crate::player::{NetworkGame, RowShape, VALUE_SLOTS, check_outputs};
use crate::search::{CacheView, EvalCache, SearchError};

/// Groups of slots; two, so that one can think while the other waits for the device.
const GROUPS: usize = 2;

/// Games that one slot may end in one call of `fill`: games without a network player would otherwise never let the call return.
const ENDS_PER_FILL: usize = 2;

/// Turns a finished game into what the caller of a fleet wants.
pub(super) type Finisher<G, R> = Box<dyn Fn(FinishedGame<G>, &[FleetModel]) -> R + Send>;

/// Plays the games of a source in slots, each stopping where it needs the network.
pub struct GameFleet<G: NetworkGame, R = FinishedGame<G>> {
    options: FleetOptions,
    start: G,
    slots: Vec<Option<LiveGame<G>>>,
    /// For each group and model, the slot of each row of the last batch.
    rows: [Vec<Vec<usize>>; GROUPS],
    finish: Finisher<G, R>,
    finished: Vec<R>,
    counters: FleetCounters,
}

impl<G: NetworkGame> GameFleet<G> {
    /// Builds a fleet whose games begin at `start`.
    pub fn new(start: G, options: FleetOptions) -> Self {
        Self::with_finisher(start, options, Box::new(|game, _| game))
    }
}

impl<G: NetworkGame, R> GameFleet<G, R> {
    /// Builds a fleet that turns every finished game into something else.
    pub(super) fn with_finisher(start: G, options: FleetOptions, finish: Finisher<G, R>) -> Self {
        let slots = (0..options.group_slots * GROUPS).map(|_| None).collect();
        let counters = FleetCounters::default();
        Self { options, start, slots, rows: Default::default(), finish, finished: Vec::new(), counters }
    }

    /// Drives one slot until it waits; the model it waits for, or nothing when there is no game for it.
    fn drive(&mut self, slot: usize) -> Result<Option<usize>, SearchError> {
        for _ in 0..=ENDS_PER_FILL {
            if self.slots[slot].is_none() {
                let Some(task) = self.options.source.next_game() else { return Ok(None) };
                self.slots[slot] = Some(LiveGame::new(task, &self.start));
            }
            let Some(game) = &mut self.slots[slot] else { return Ok(None) };
            let options = &self.options;
            match game.drive(|model| view(options.cache.as_deref(), &options.models, model))? {
                LiveStep::Waits(model) => return Ok(Some(model)),
                LiveStep::Over => self.end(slot),
            }
        }
        Ok(None)
    }

    fn end(&mut self, slot: usize) {
        let Some(game) = self.slots[slot].take() else { return };
        self.counters.games += 1;
        self.counters.plies += game.plies.len() as u64;
        self.counters.simulations += game.simulations;
        let game = FinishedGame {
            utilities: game.utilities(),
            adjudicated: game.is_adjudicated(),
            simulations: game.simulations,
            task: game.task,
            state: game.state,
            plies: game.plies,
        };
        self.finished.push((self.finish)(game, &self.options.models));
    }

    fn drop_all(&mut self) {
        for slot in &mut self.slots {
            self.counters.dropped += u64::from(slot.take().is_some());
        }
        self.rows = Default::default();
    }
}

impl<G: NetworkGame, R: Send> FleetDriver<R> for GameFleet<G, R> {
    fn groups(&self) -> usize {
        GROUPS
    }

    fn row_shape(&self) -> RowShape {
        self.start.row_shape()
    }

    fn fill(&mut self, group: usize, batches: &mut [EvalBatch]) -> Result<usize, SearchError> {
        batches.iter_mut().for_each(EvalBatch::clear);
        if self.options.source.is_cancelled() {
            self.drop_all();
            return Ok(0);
        }
        let mut rows = std::mem::take(&mut self.rows[group]);
        rows.resize_with(self.options.models.len(), Vec::new);
        rows.iter_mut().for_each(Vec::clear);
        let slots = group * self.options.group_slots..(group + 1) * self.options.group_slots;
        let mut filled = 0;
        for slot in slots {
            let Some(model) = self.drive(slot)? else { continue };
            // A slot whose batch is full or missing waits for the next call.
            let (Some(batch), Some(game)) = (batches.get_mut(model), &self.slots[slot]) else { continue };
            let Some((cells, globals)) = batch.push_row() else { continue };
            game.encode_row(cells, globals);
            rows[model].push(slot);
            filled += 1;
        }
        self.rows[group] = rows;
        self.counters.rows += filled as u64;
        Ok(filled)
    }

    fn absorb(
        &mut self,
        group: usize,
        model: usize,
        policy: &[f32],
        value: &[f32],
    ) -> Result<(), SearchError> {
        let Some(rows) = self.rows[group].get_mut(model) else { return Ok(()) };
        let shape = self.start.row_shape();
        check_outputs(shape, rows.len(), policy, value)?;
        let options = &self.options;
        let cache = view(options.cache.as_deref(), &options.models, model);
        for (row, slot) in rows.drain(..).enumerate() {
            let Some(game) = &mut self.slots[slot] else { continue };
            let policy = &policy[row * shape.policy..(row + 1) * shape.policy];
            let value = &value[row * VALUE_SLOTS..(row + 1) * VALUE_SLOTS];
            game.absorb(policy, value, cache)?;
        }
        Ok(())
    }

    fn take_finished(&mut self) -> Vec<R> {
        std::mem::take(&mut self.finished)
    }

    fn add_model(&mut self, model: FleetModel) -> usize {
        self.options.models.push(model);
        self.options.models.len() - 1
    }

    fn active_games(&self) -> usize {
        self.slots.iter().flatten().count()
    }

    fn counters(&self) -> FleetCounters {
        self.counters
    }
}

fn view<'a>(cache: Option<&'a EvalCache>, models: &[FleetModel], model: usize) -> Option<CacheView<'a>> {
    Some(cache?.for_model(models.get(model)?.fingerprint))
}
