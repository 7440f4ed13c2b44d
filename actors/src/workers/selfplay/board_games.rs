//! The games of one slot on one config; they wait where they are while the slot plays another one.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rr_config::{SearchSection, SelfplaySection};
use rr_engine::board::GameConfig;
use rr_engine::rules::Rules;
use rr_engine::selfplay::{
    CompletedGame, FleetCounters, FleetModel, FleetOptions, GameSource, SeatPlan, board_fleet,
};
use rr_proto::ModelId;
use tokio::runtime::Handle;

use super::device_port::DevicePort;
use super::failure::WorkerFailure;
use super::play_settings::self_play_settings;
use super::pool::SelfPlayPool;
use super::runner::FleetRunner;
use super::slot_games::SlotGames;
use crate::devices::DeviceClient;
use crate::workers::SelfPlayAssignment;

/// What a slot's games are made with.
#[derive(Clone)]
pub(super) struct GameSetup {
    pub pool: Arc<SelfPlayPool>,
    pub run_seed: u64,
    pub device: DeviceClient,
    pub runtime: Handle,
    pub stop: Arc<AtomicBool>,
    pub selfplay: SelfplaySection,
    pub search: SearchSection,
    /// Rows of a batch, at most.
    pub max_batch: usize,
}

/// Plays one config.
pub(super) struct BoardGames {
    config: GameConfig,
    source: Arc<SlotGames>,
    runner: FleetRunner<DevicePort>,
    /// The models by place; none where the games of one have all ended.
    models: Vec<Option<ModelId>>,
}

impl BoardGames {
    /// Loads the model and makes the fleet; games begin with the first step.
    pub fn open(setup: &GameSetup, assignment: SelfPlayAssignment) -> Result<Self, WorkerFailure> {
        let SelfPlayAssignment { config, model, simulations, exploration, .. } = assignment;
        let thought = (simulations, exploration);
        let settings = self_play_settings(config, &setup.selfplay, &setup.search, thought);
        let source = Arc::new(SlotGames::new(Arc::clone(&setup.pool), setup.run_seed, settings));
        let mut port = DevicePort::new(setup.device.clone(), setup.runtime.clone(), Arc::clone(&setup.stop));
        port.add_model(model)?;
        let games = (setup.selfplay.games_per_thread as usize).div_ceil(2);
        let group_slots = games.clamp(1, setup.max_batch.max(1));
        let options = FleetOptions {
            group_slots,
            models: vec![fleet_model(model)],
            cache: setup.pool.cache(),
            source: Arc::clone(&source) as Arc<dyn GameSource>,
        };
        let fleet = board_fleet(config, Rules::for_config(config), options)?;
        let runner = FleetRunner::new(fleet, port, 1, group_slots);
        Ok(Self { config, source, runner, models: vec![Some(model)] })
    }

    pub fn config(&self) -> GameConfig {
        self.config
    }

    /// Gives the games still to come a model and a budget; running games keep theirs.
    pub fn assign(&mut self, setup: &GameSetup, assignment: SelfPlayAssignment) -> Result<(), WorkerFailure> {
        let model = assignment.model;
        let place = match self.models.iter().position(|known| *known == Some(model)) {
            Some(place) => place,
            None => {
                self.runner.port_mut().add_model(model)?;
                self.models.push(Some(model));
                self.runner.add_model(fleet_model(model))
            }
        };
        let thought = (assignment.simulations, assignment.exploration);
        let settings = self_play_settings(self.config, &setup.selfplay, &setup.search, thought);
        self.source.adjust(place, settings);
        Ok(())
    }

    /// Goes one batch further; returns the games that ended, each with its model.
    pub fn step(&mut self) -> Result<Vec<(CompletedGame, Option<ModelId>)>, WorkerFailure> {
        let finished = self.runner.step()?.finished;
        Ok(self.ended(finished))
    }

    /// Takes in what is under way on the device.
    pub fn settle(&mut self) -> Result<Vec<(CompletedGame, Option<ModelId>)>, WorkerFailure> {
        let finished = self.runner.settle()?;
        Ok(self.ended(finished))
    }

    pub fn active_games(&self) -> usize {
        self.runner.active_games()
    }

    pub fn counters(&self) -> FleetCounters {
        self.runner.counters()
    }

    fn ended(&mut self, finished: Vec<CompletedGame>) -> Vec<(CompletedGame, Option<ModelId>)> {
        let mut games = Vec::with_capacity(finished.len());
        for game in finished {
            let model = match game.task.seats[0] {
                SeatPlan::Model(place) => self.models.get(place).copied().flatten(),
                SeatPlan::Agent(_) => None,
            };
            if let Some(place) = self.source.ended(&game.task) {
                self.runner.retire_model(place);
                self.models[place] = None;
            }
            games.push((game, model));
        }
        games
    }
}

/// Names a model to a fleet.
pub(crate) fn fleet_model(model: ModelId) -> FleetModel {
    let head: [u8; 8] = std::array::from_fn(|i| model.as_bytes()[i]);
    FleetModel { id: model.to_string(), fingerprint: u64::from_le_bytes(head) }
}
