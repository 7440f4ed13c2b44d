//! Drives a fleet of games with one batch per group in flight.

use std::sync::Arc;

use rr_engine::selfplay::{CompletedGame, EvalBatch, FleetCounters, FleetDriver, FleetModel};

use super::failure::WorkerFailure;
use crate::devices::InferAnswers;

/// Answers the batches of a fleet, one model per place; several may be under way.
pub trait InferencePort {
    /// What a submitted batch is waited for with.
    type Ticket;

    /// Hands a batch over.
    fn submit(&mut self, model: usize, batch: &Arc<EvalBatch>, answers: InferAnswers) -> Self::Ticket;

    /// Waits for the answers to a batch; the batch is at hand to be submitted again.
    ///
    /// # Errors
    /// What stands against an answer for good.
    fn wait(
        &mut self,
        model: usize,
        batch: &Arc<EvalBatch>,
        ticket: Self::Ticket,
    ) -> Result<InferAnswers, WorkerFailure>;
}

/// Tells what a step of a fleet brought.
#[derive(Debug, Default)]
pub struct FleetStep {
    /// Rows that were handed to the network.
    pub rows: usize,
    /// Games that ended.
    pub finished: Vec<CompletedGame>,
}

struct InFlight<T> {
    model: usize,
    batch: Arc<EvalBatch>,
    ticket: T,
}

struct Group<T> {
    batches: Vec<EvalBatch>,
    in_flight: Vec<InFlight<T>>,
}

/// Plays the games of a fleet on the caller's thread: while one group's batch is answered, the other group's games go on.
pub struct FleetRunner<P: InferencePort> {
    fleet: Box<dyn FleetDriver<CompletedGame>>,
    port: P,
    groups: Vec<Group<P::Ticket>>,
    spare: Vec<InferAnswers>,
    rows: usize,
    turn: usize,
}

impl<P: InferencePort> FleetRunner<P> {
    /// Takes a fleet over that has `models` models, with batches of `rows` rows.
    pub fn new(fleet: Box<dyn FleetDriver<CompletedGame>>, port: P, models: usize, rows: usize) -> Self {
        let shape = fleet.row_shape();
        let group = |_| Group {
            batches: (0..models).map(|_| EvalBatch::new(shape, rows)).collect(),
            in_flight: Vec::new(),
        };
        let groups = (0..fleet.groups()).map(group).collect();
        Self { fleet, port, groups, spare: Vec::new(), rows, turn: 0 }
    }

    /// Returns what answers the batches.
    pub fn port_mut(&mut self) -> &mut P {
        &mut self.port
    }

    /// Adds a model and returns its place; running games keep theirs.
    pub fn add_model(&mut self, model: FleetModel) -> usize {
        let place = self.fleet.add_model(model);
        let shape = self.fleet.row_shape();
        for group in &mut self.groups {
            group.batches.resize_with(place + 1, || EvalBatch::new(shape, self.rows));
        }
        place
    }

    /// Gives back the memory of a model that plays no more games.
    pub fn retire_model(&mut self, place: usize) {
        let shape = self.fleet.row_shape();
        for group in &mut self.groups {
            if let Some(batch) = group.batches.get_mut(place) {
                *batch = EvalBatch::new(shape, 0);
            }
        }
    }

    /// Deals with the group whose turn it is: takes in its answers, plays its games on, and hands the next batches over.
    ///
    /// # Errors
    /// What the port or the search reports; the runner is of no use then.
    pub fn step(&mut self) -> Result<FleetStep, WorkerFailure> {
        let group = self.turn;
        self.turn = (self.turn + 1) % self.groups.len();
        self.take_in(group)?;
        let rows = self.fleet.fill(group, &mut self.groups[group].batches)?;
        self.hand_over(group);
        Ok(FleetStep { rows, finished: self.fleet.take_finished() })
    }

    /// Takes in the answers that are under way, so that the games can wait for any length of time.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn settle(&mut self) -> Result<Vec<CompletedGame>, WorkerFailure> {
        for group in 0..self.groups.len() {
            self.take_in(group)?;
        }
        Ok(self.fleet.take_finished())
    }

    /// Plays until the source has no more games and all have ended, or `each`, which is given every game, returns false.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn play_out(&mut self, mut each: impl FnMut(CompletedGame) -> bool) -> Result<(), WorkerFailure> {
        let mut quiet = 0;
        // Games of players without a network end without ever giving a row.
        while quiet < self.groups.len() {
            let FleetStep { rows, finished } = self.step()?;
            quiet = if rows == 0 && finished.is_empty() && self.is_idle() { quiet + 1 } else { 0 };
            for game in finished {
                if !each(game) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Returns whether no game is in progress and no answer under way.
    pub fn is_idle(&self) -> bool {
        self.fleet.active_games() == 0 && self.groups.iter().all(|group| group.in_flight.is_empty())
    }

    /// Returns how many games are in progress.
    pub fn active_games(&self) -> usize {
        self.fleet.active_games()
    }

    /// Returns what the fleet has done.
    pub fn counters(&self) -> FleetCounters {
        self.fleet.counters()
    }

    fn take_in(&mut self, group: usize) -> Result<(), WorkerFailure> {
        for InFlight { model, batch, ticket } in std::mem::take(&mut self.groups[group].in_flight) {
            let answers = self.port.wait(model, &batch, ticket)?;
            self.fleet.absorb(group, model, &answers.policy, &answers.value)?;
            self.spare.push(answers);
            // Whoever answers lets go of a batch first; were it otherwise, a new one takes its place.
            let batch = Arc::try_unwrap(batch);
            let shape = self.fleet.row_shape();
            self.groups[group].batches[model] = batch.unwrap_or_else(|_| EvalBatch::new(shape, self.rows));
        }
        Ok(())
    }

    fn hand_over(&mut self, group: usize) {
        let shape = self.fleet.row_shape();
        let group = &mut self.groups[group];
        for (model, slot) in group.batches.iter_mut().enumerate() {
            if slot.rows() == 0 {
                continue;
            }
            let batch = Arc::new(std::mem::replace(slot, EvalBatch::new(shape, 0)));
            let answers = self.spare.pop().unwrap_or_default();
            let ticket = self.port.submit(model, &batch, answers);
            group.in_flight.push(InFlight { model, batch, ticket });
        }
    }
}
