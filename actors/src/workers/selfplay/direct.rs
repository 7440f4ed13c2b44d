//! Playing games without the actor tree, for commands: the same driver, with sessions at hand.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use rr_engine::board::GameConfig;
use rr_engine::player::BatchEvaluator;
use rr_engine::rules::Rules;
use rr_engine::search::{EvalCache, SearchError};
use rr_engine::selfplay::{CompletedGame, EvalBatch, FleetModel, FleetOptions, GameSource, board_fleet};
use rr_onnx::SessionEvaluator;

use super::actor::panicked;
use super::failure::WorkerFailure;
use super::runner::{FleetRunner, InferencePort};
use crate::devices::InferAnswers;

/// Answers batches on the caller's thread with sessions of its own, one per model.
pub struct SessionPort {
    sessions: Vec<SessionEvaluator>,
}

impl SessionPort {
    /// Takes one session per model, in the order of the fleet's models.
    pub fn new(sessions: Vec<SessionEvaluator>) -> Self {
        Self { sessions }
    }
}

impl InferencePort for SessionPort {
    type Ticket = Result<InferAnswers, SearchError>;

    fn submit(&mut self, model: usize, batch: &Arc<EvalBatch>, mut answers: InferAnswers) -> Self::Ticket {
        let missing = || SearchError::Evaluator("the games name a model that was not given".to_owned());
        let session = self.sessions.get_mut(model).ok_or_else(missing)?;
        let (rows, cells, globals) = (batch.rows(), batch.cells(), batch.globals());
        let run = session.evaluate(rows, cells, globals, &mut answers.policy, &mut answers.value);
        run.map(|()| answers)
    }

    fn wait(
        &mut self,
        _: usize,
        _: &Arc<EvalBatch>,
        ticket: Self::Ticket,
    ) -> Result<InferAnswers, WorkerFailure> {
        Ok(ticket?)
    }
}

/// Describes games that are played without the tree.
pub struct DirectPlay {
    /// Board and player count.
    pub config: GameConfig,
    /// The models, in the order in which the games name them.
    pub models: Vec<FleetModel>,
    /// Where the games come from; it ends, or is cancelled.
    pub source: Arc<dyn GameSource>,
    /// Games that one thread plays at the same time.
    pub games_per_thread: usize,
    /// Remembered evaluations.
    pub cache: Option<Arc<EvalCache>>,
}

/// Plays all games of a source, with one thread for each set of sessions, and hands each game out as it ends, on the caller's thread.
///
/// `each` may cancel the source to end early.
///
/// # Errors
/// The first that a thread reports; games handed out before stand.
pub fn play_games(
    play: &DirectPlay,
    sessions: Vec<Vec<SessionEvaluator>>,
    mut each: impl FnMut(CompletedGame),
) -> Result<(), WorkerFailure> {
    std::thread::scope(|scope| {
        let (sender, games) = channel();
        let mut threads = Vec::new();
        for sessions in sessions {
            let sender = sender.clone();
            threads.push(scope.spawn(move || run(play, sessions, &sender)));
        }
        drop(sender);
        games.iter().for_each(&mut each);
        let ended = threads.into_iter().map(|thread| thread.join());
        let ended: Vec<_> =
            ended.map(|end| end.unwrap_or_else(|panic| Err(panicked("games", &*panic)))).collect();
        ended.into_iter().collect()
    })
}

fn run(
    play: &DirectPlay,
    sessions: Vec<SessionEvaluator>,
    games: &Sender<CompletedGame>,
) -> Result<(), WorkerFailure> {
    let group_slots = play.games_per_thread.div_ceil(2).max(1);
    let options = FleetOptions {
        group_slots,
        models: play.models.clone(),
        cache: play.cache.clone(),
        source: Arc::clone(&play.source),
    };
    let fleet = board_fleet(play.config, Rules::for_config(play.config), options)?;
    let port = SessionPort::new(sessions);
    let mut runner = FleetRunner::new(fleet, port, play.models.len(), group_slots);
    runner.play_out(|game| games.send(game).is_ok())
}
