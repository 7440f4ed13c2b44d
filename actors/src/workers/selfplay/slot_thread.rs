//! The thread of a self-play slot.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

use rr_engine::selfplay::{CompletedGame, FleetCounters};
use rr_proto::{ModelId, UnixMillis};
use tokio::sync::{mpsc, watch};

use super::board_games::{BoardGames, GameSetup};
use super::commit::FinishedGame;
use super::failure::WorkerFailure;
use super::finished::new_game;
use super::status::SelfPlayStatus;
use crate::clock::Clock;
use crate::workers::SelfPlayAssignment;

/// Time between two updates of the rate and of the shown counts.
const SHOW_EVERY: Duration = Duration::from_millis(500);

/// What the thread is told.
pub(super) enum SlotOrder {
    /// Play this.
    Assign(SelfPlayAssignment),
    /// End; games in progress are dropped.
    Stop,
}

/// Plays until it is told to stop or the sender of orders is gone.
pub(super) struct SlotThread {
    setup: GameSetup,
    orders: Receiver<SlotOrder>,
    finished: mpsc::Sender<FinishedGame>,
    status: watch::Sender<SelfPlayStatus>,
    clock: Arc<dyn Clock>,
    boards: Vec<BoardGames>,
    assignment: Option<SelfPlayAssignment>,
    shown: Shown,
}

/// What the last update showed, for the rate.
struct Shown {
    at: Duration,
    counters: FleetCounters,
    abandoned: u64,
}

impl SlotThread {
    pub fn new(
        setup: GameSetup,
        orders: Receiver<SlotOrder>,
        finished: mpsc::Sender<FinishedGame>,
        status: watch::Sender<SelfPlayStatus>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let shown = Shown { at: clock.monotonic(), counters: FleetCounters::default(), abandoned: 0 };
        Self { setup, orders, finished, status, clock, boards: Vec::new(), assignment: None, shown }
    }

    /// Plays to the end; the games that have ended by then are handed over.
    pub fn run(mut self) -> Result<(), WorkerFailure> {
        loop {
            match self.next_order() {
                Some(SlotOrder::Assign(assignment)) => self.assign(assignment)?,
                Some(SlotOrder::Stop) => return self.stop(),
                None => self.play()?,
            }
        }
    }

    /// Looks for an order; waits for one where there is nothing to play.
    fn next_order(&self) -> Option<SlotOrder> {
        if !self.assignment.is_some_and(|assignment| assignment.active) {
            return Some(self.orders.recv().unwrap_or(SlotOrder::Stop));
        }
        match self.orders.try_recv() {
            Ok(order) => Some(order),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(SlotOrder::Stop),
        }
    }

    fn assign(&mut self, assignment: SelfPlayAssignment) -> Result<(), WorkerFailure> {
        if self.assignment == Some(assignment) {
            return Ok(());
        }
        let other_config = self.assignment.is_some_and(|before| before.config != assignment.config);
        if !assignment.active || other_config {
            self.pause()?;
        }
        if assignment.active {
            // The games of the board played now are the last of the list.
            match self.boards.iter().position(|board| board.config() == assignment.config) {
                Some(at) => {
                    let mut board = self.boards.remove(at);
                    board.assign(&self.setup, assignment)?;
                    self.boards.push(board);
                }
                None => self.boards.push(BoardGames::open(&self.setup, assignment)?),
            }
        }
        self.assignment = Some(assignment);
        self.show(true);
        Ok(())
    }

    fn play(&mut self) -> Result<(), WorkerFailure> {
        let Some(board) = self.boards.last_mut() else { return Ok(()) };
        let games = board.step()?;
        self.hand_over(games)?;
        self.show(false);
        Ok(())
    }

    /// Takes in what is under way and shows that nothing is played any more.
    fn stop(&mut self) -> Result<(), WorkerFailure> {
        let paused = self.pause();
        self.assignment = None;
        self.show(true);
        paused
    }

    /// Takes in what is under way, so that nothing waits on the device.
    fn pause(&mut self) -> Result<(), WorkerFailure> {
        match self.boards.last_mut() {
            Some(board) => {
                let games = board.settle()?;
                self.hand_over(games)
            }
            None => Ok(()),
        }
    }

    /// Passes games on to be stored, and waits where too many wait already.
    fn hand_over(&mut self, games: Vec<(CompletedGame, Option<ModelId>)>) -> Result<(), WorkerFailure> {
        for (game, model) in games {
            let config = game.record.config;
            let now = UnixMillis(self.clock.unix_ms());
            match new_game(config, &game, model, now)? {
                Some(game) => {
                    let finished = FinishedGame { game, model };
                    self.finished.blocking_send(finished).map_err(|_| WorkerFailure::NobodyStores)?;
                }
                None => self.shown.abandoned += 1,
            }
        }
        Ok(())
    }

    /// Updates what is shown, at most every half second unless told to.
    fn show(&mut self, now: bool) {
        let at = self.clock.monotonic();
        let passed = at.saturating_sub(self.shown.at);
        if !now && passed < SHOW_EVERY {
            return;
        }
        let counters = self.counters();
        let before = std::mem::replace(&mut self.shown.counters, counters);
        let positions = counters.rows - before.rows;
        let playing = self.assignment.is_some_and(|assignment| assignment.active);
        let rate = if passed.is_zero() { 0.0 } else { positions as f64 / passed.as_secs_f64() };
        self.shown.at = at;
        let abandoned = std::mem::take(&mut self.shown.abandoned);
        let games_in_progress = self.boards.iter().map(BoardGames::active_games).sum();
        self.status.send_modify(|status| {
            if let Some(assignment) = &self.assignment {
                status.config = Some(assignment.config);
                status.model = Some(assignment.model);
                status.simulations = assignment.simulations;
            }
            status.playing = playing;
            status.games_in_progress = games_in_progress;
            status.games += counters.games - before.games;
            status.plies += counters.plies - before.plies;
            status.positions += positions;
            status.abandoned += abandoned;
            // Half of the old rate smooths over batches that end together.
            let old = status.positions_per_second;
            status.positions_per_second = match playing {
                true if old > 0.0 => (old + rate) / 2.0,
                true => rate,
                false => 0.0,
            };
        });
    }

    fn counters(&self) -> FleetCounters {
        self.boards.iter().map(BoardGames::counters).fold(FleetCounters::default(), |sum, board| {
            FleetCounters {
                games: sum.games + board.games,
                plies: sum.plies + board.plies,
                simulations: sum.simulations + board.simulations,
                rows: sum.rows + board.rows,
                dropped: sum.dropped + board.dropped,
            }
        })
    }
}
