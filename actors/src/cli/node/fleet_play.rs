//! Playing many games on plain threads, for commands that need no node.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rr_config::{DevicesSection, Settings};
use rr_engine::board::GameConfig;
use rr_engine::selfplay::{CompletedGame, FleetModel, GameSource, GameTask};
use rr_onnx::{InferenceSession, ModelFile, OnnxError, ProviderChoice, SessionEvaluator};

use crate::cli::{Exit, Failure};
use crate::error::NodeFailure;
use crate::node::{DevicePlan, load_runtime};
use crate::workers::selfplay::{DirectPlay, eval_cache, play_games};

/// What is to be played.
pub(super) struct FleetPlay {
    pub config: GameConfig,
    /// The models that the source's tasks name by place.
    pub models: Vec<ModelFile>,
    pub source: Arc<dyn GameSource>,
    pub threads: usize,
    /// Games that one thread plays at the same time.
    pub games_per_thread: usize,
}

/// Ends a source early when the user stops the command.
struct StoppableGames {
    inner: Arc<dyn GameSource>,
    stop: Arc<AtomicBool>,
}

impl GameSource for StoppableGames {
    fn next_game(&self) -> Option<GameTask> {
        if self.is_cancelled() { None } else { self.inner.next_game() }
    }

    fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.inner.is_cancelled()
    }
}

impl FleetPlay {
    /// Plays until the source is empty and hands the games over in the order of their numbers.
    ///
    /// Set `stop` to end early: games in progress are dropped.
    ///
    /// # Errors
    /// A model that does not run, or what `taken` returns.
    pub fn run(
        self,
        settings: &Settings,
        stop: &Arc<AtomicBool>,
        mut taken: impl FnMut(CompletedGame) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let sessions = self.sessions(settings)?;
        let source = Arc::new(StoppableGames { inner: self.source, stop: Arc::clone(stop) });
        let play = DirectPlay {
            config: self.config,
            models: self.models.iter().map(fleet_model).collect(),
            source,
            games_per_thread: self.games_per_thread,
            cache: eval_cache(&settings.search),
        };
        let (mut next, mut early, mut failed) = (0, BTreeMap::new(), None);
        let played = play_games(&play, sessions, |game| {
            early.insert(game.task.index, game);
            while let Some(game) = early.remove(&next) {
                next += 1;
                if failed.is_none()
                    && let Err(failure) = taken(game)
                {
                    failed = Some(failure);
                    stop.store(true, Ordering::Relaxed);
                }
            }
        });
        if let Some(failure) = failed {
            return Err(failure);
        }
        played.map_err(|error| Failure::of(error.code(), error))?;
        // After a stop some numbers are missing: the games behind the gap are as good as the others.
        early.into_values().try_for_each(taken)
    }

    /// Opens one session per model for each thread, on the first provider of the configuration that works here.
    fn sessions(&self, settings: &Settings) -> Result<Vec<Vec<SessionEvaluator>>, Failure> {
        let Some(first) = self.models.first() else {
            return Ok((0..self.threads.max(1)).map(|_| Vec::new()).collect());
        };
        let runtime = load_runtime(settings).map_err(onnx_failure)?;
        let plan = DevicePlan::probe(&runtime, &settings.devices, first, 1).map_err(onnx_failure)?;
        tell_provider(&plan.choice, settings);
        let open = |model: &ModelFile| open_session(&plan, model);
        (0..self.threads.max(1)).map(|_| self.models.iter().map(open).collect()).collect()
    }
}

/// Says on which provider the networks run; why others do not, where they were asked for.
fn tell_provider(choice: &ProviderChoice, settings: &Settings) {
    eprintln!("the networks run on {}", choice.used);
    if settings.devices.providers != DevicesSection::default().providers {
        for skipped in &choice.skipped {
            eprintln!("{} is not usable: {}", skipped.provider, skipped.reason);
        }
    }
}

fn open_session(plan: &DevicePlan, model: &ModelFile) -> Result<SessionEvaluator, Failure> {
    let session = InferenceSession::new(&plan.runtime, model.spec(), model.onnx(), &plan.options);
    session.map(SessionEvaluator::new).map_err(onnx_failure)
}

fn fleet_model(model: &ModelFile) -> FleetModel {
    let id = model.card().sha256.clone();
    let fingerprint = id.get(..16).and_then(|head| u64::from_str_radix(head, 16).ok()).unwrap_or(0);
    FleetModel { id, fingerprint }
}

/// Reads a model file for a board.
///
/// # Errors
/// When it is missing, damaged, or of another board.
pub(super) fn read_model(path: &Path, config: GameConfig) -> Result<ModelFile, Failure> {
    let model = ModelFile::load(path).map_err(onnx_failure)?;
    let board = &model.card().board;
    if board == config.board.name() {
        return Ok(model);
    }
    let message =
        format!("{} plays {board}, not {}; give a model of that board", path.display(), config.board);
    Err(Failure::new(Exit::Usage, message))
}

/// Ends a command with an error of a model or of ONNX Runtime.
pub(super) fn onnx_failure(error: OnnxError) -> Failure {
    let error = NodeFailure::from(error);
    Failure::of(error.code(), error)
}

/// Returns the number of threads: as asked, else one per core.
pub(super) fn threads(asked: u32) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        asked => asked as usize,
    }
}
