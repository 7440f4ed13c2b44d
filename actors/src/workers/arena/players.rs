//! The threads that play the games of one part.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use rr_engine::rules::Rules;
use rr_engine::search::EvalCache;
use rr_engine::selfplay::{CompletedGame, FleetOptions, GameSource, board_fleet};
use rr_proto::ModelId;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::match_plan::{MatchGames, MatchPlan};
use crate::devices::DeviceClient;
use crate::workers::selfplay::{DevicePort, FleetRunner, WorkerFailure, fleet_model, panicked, replay_game};

/// Finished games that may wait to be recorded; then the threads wait.
const WAITING: usize = 64;

/// What the threads play with.
#[derive(Clone)]
pub(super) struct PlayerSetup {
    pub device: DeviceClient,
    pub cache: Option<Arc<EvalCache>>,
    pub threads: usize,
    /// Games at the same time, all threads together.
    pub games: usize,
    /// Rows of a batch, at most.
    pub max_batch: usize,
}

/// A finished game: its number, and the place of each seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlayedGame {
    pub index: u64,
    pub places: Vec<u8>,
}

/// What a thread has to say: a game, or why it ended early.
pub(super) type Played = Result<PlayedGame, WorkerFailure>;

/// Plays on threads of its own; dropping it ends them.
pub(super) struct Players {
    source: Arc<MatchGames>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    pub games: mpsc::Receiver<Played>,
}

impl Players {
    /// Starts the threads; their games come through `games`, which ends when all threads have.
    pub fn start(setup: &PlayerSetup, plan: &MatchPlan, source: MatchGames) -> Result<Self, WorkerFailure> {
        let (sender, games) = mpsc::channel(WAITING);
        let (source, stop) = (Arc::new(source), Arc::new(AtomicBool::new(false)));
        let mut players = Self { source, stop, threads: Vec::new(), games };
        for number in 0..setup.threads.max(1) {
            let (setup, plan, sender) = (setup.clone(), plan.clone(), sender.clone());
            let (source, stop) = (Arc::clone(&players.source), Arc::clone(&players.stop));
            let (runtime, name) = (Handle::current(), format!("rr-arena-{number}"));
            let thread = std::thread::Builder::new().name(name.clone()).spawn(move || {
                let play = || {
                    play(&setup, &plan, source, DevicePort::new(setup.device.clone(), runtime, stop), &sender)
                };
                let ended = catch_unwind(AssertUnwindSafe(play));
                if let Err(failure) = ended.unwrap_or_else(|panic| Err(panicked(&name, &*panic))) {
                    let _ = sender.blocking_send(Err(failure)); // nobody waits any more
                }
            })?;
            players.threads.push(thread);
        }
        Ok(players)
    }

    /// Ends the threads and waits for them; their unfinished games are dropped.
    pub async fn end(mut self) {
        self.cancel();
        self.games.close();
        let threads = std::mem::take(&mut self.threads);
        // A thread that panicked has said so already.
        let joined =
            tokio::task::spawn_blocking(move || threads.into_iter().for_each(|thread| drop(thread.join())));
        let _ = joined.await;
    }

    fn cancel(&self) {
        self.source.cancel();
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for Players {
    fn drop(&mut self) {
        self.cancel();
    }
}

fn play(
    setup: &PlayerSetup,
    plan: &MatchPlan,
    source: Arc<MatchGames>,
    mut port: DevicePort,
    games: &mpsc::Sender<Played>,
) -> Result<(), WorkerFailure> {
    let models: [ModelId; 2] = [plan.candidate, plan.champion];
    for model in models {
        port.add_model(model)?;
    }
    let groups = 2 * setup.threads.max(1);
    let group_slots = setup.games.div_ceil(groups).clamp(1, setup.max_batch.max(1));
    let options = FleetOptions {
        group_slots,
        models: models.map(fleet_model).to_vec(),
        cache: setup.cache.clone(),
        source: source as Arc<dyn GameSource>,
    };
    let fleet = board_fleet(plan.config, Rules::for_config(plan.config), options)?;
    let mut runner = FleetRunner::new(fleet, port, models.len(), group_slots);
    // A game that breaks the rules ends the part: nothing may be rated by it.
    runner.play_out(|game| games.blocking_send(placed(&game)).is_ok())
}

/// Replays a game under the rules for the place of each seat; a game that was cut off is shared by all.
fn placed(game: &CompletedGame) -> Played {
    let index = game.task.index;
    let replayed = replay_game(&game.record)?;
    Ok(PlayedGame { index, places: replayed.places })
}
