//! `rr-node selfplay`: games into a folder of shards, without a node.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use clap::Args;
use rr_config::Settings;
use rr_engine::board::GameConfig;
use rr_engine::selfplay::{CompletedGame, NumberedGames};
use rr_onnx::ModelFile;
use rr_train::{GameShard, write_shard};
use serde::Serialize;

use super::board_args::{BoardArgs, at_least_one};
use super::fleet_play::{FleetPlay, onnx_failure, read_model, threads};
use super::stop_signal::stop_on_signal;
use super::task_progress::TaskProgress;
use crate::cli::output::outln;
use crate::cli::{Exit, Failure, OutputFormat};
use crate::node::random_model;
use crate::workers::selfplay::self_play_settings;

/// Games in one shard.
const SHARD_GAMES: usize = 256;

/// Options of `rr-node selfplay`.
#[derive(Debug, Args)]
pub struct SelfplayCommandArgs {
    #[command(flatten)]
    board: BoardArgs,
    /// Number of games
    #[arg(long)]
    games: u64,
    /// Folder for the shards of games (*.rrs); it must hold none yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The network that plays: an .onnx file with its card beside it, or `random` for random weights
    #[arg(long, value_name = "FILE|random", default_value = "random")]
    model: String,
    /// Simulations of a full move (default: budget.throughput)
    #[arg(long)]
    simulations: Option<u32>,
    /// Seed of all games: the same seed, model and build give the same games
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads that play; 0 takes one per core
    #[arg(long, default_value_t = 0)]
    threads: u32,
}

/// What was played.
#[derive(Debug, Serialize)]
struct SelfplaySummary {
    config: String,
    model: String,
    games: u64,
    decisions: u64,
    simulations: u64,
    shards: usize,
    seconds: f64,
    out: PathBuf,
}

/// Collects games and writes full shards.
struct ShardFolder {
    out: PathBuf,
    config: String,
    records: Vec<Vec<u8>>,
    shards: usize,
}

impl SelfplayCommandArgs {
    /// Plays and writes shards.
    ///
    /// # Errors
    /// A folder that holds shards, a model that is refused, a disk that takes no more.
    pub fn run(&self, settings: &Settings, format: OutputFormat) -> Result<Exit, Failure> {
        let config = self.board.config()?;
        let games = at_least_one("--games", self.games)?;
        let simulations = self.simulations.unwrap_or(settings.budget.throughput);
        at_least_one("--simulations", simulations.into())?;
        let mut folder = ShardFolder::create(&self.out, config)?;
        let model = self.model(config, settings)?;
        let play = self_play_settings(config, &settings.selfplay, &settings.search, (simulations, 100));
        let source = Arc::new(NumberedGames::new(self.seed, 0, games, 0, play));
        let mut summary = SelfplaySummary {
            config: config.key(),
            model: model.card().sha256.clone(),
            games: 0,
            decisions: 0,
            simulations: 0,
            shards: 0,
            seconds: 0.0,
            out: self.out.clone(),
        };
        let play = FleetPlay {
            config,
            models: vec![model],
            source,
            threads: threads(self.threads),
            games_per_thread: settings.selfplay.games_per_thread as usize,
        };
        let (stop, start) = (stop_on_signal()?, Instant::now());
        let mut progress = TaskProgress::new("self-play", games);
        play.run(settings, &stop, |game| {
            summary.games += 1;
            summary.decisions += u64::from(game.decisions);
            summary.simulations += game.simulations;
            let rate = summary.games as f64 / start.elapsed().as_secs_f64().max(1e-9);
            progress.set(summary.games, &format!("{rate:.1} games/s"));
            folder.add(&game)
        })?;
        folder.flush()?;
        progress.finish();
        summary.shards = folder.shards;
        summary.seconds = start.elapsed().as_secs_f64();
        print(&summary, format)?;
        Ok(if stop.load(Ordering::Relaxed) { Exit::Interrupted } else { Exit::Done })
    }

    fn model(&self, config: GameConfig, settings: &Settings) -> Result<ModelFile, Failure> {
        if self.model != "random" {
            return read_model(Path::new(&self.model), config);
        }
        let shape =
            settings.net.shape().ok_or_else(|| Failure::new(Exit::Config, "net.preset names no preset"))?;
        random_model(config, shape, settings.training.seed).map_err(onnx_failure)
    }
}

impl ShardFolder {
    fn create(out: &Path, config: GameConfig) -> Result<Self, Failure> {
        let fail = |error: std::io::Error| {
            Failure::new(Exit::CannotCreate, format!("cannot use the folder {}: {error}", out.display()))
        };
        fs::create_dir_all(out).map_err(fail)?;
        for entry in fs::read_dir(out).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            if path.extension().is_some_and(|ending| ending == "rrs") {
                let message =
                    format!("{} holds shards already; name an empty folder with --out", out.display());
                return Err(Failure::new(Exit::CannotCreate, message));
            }
        }
        Ok(Self { out: out.to_owned(), config: config.key(), records: Vec::new(), shards: 0 })
    }

    /// Takes a game; one that was cut off for its length teaches nothing and is left out.
    fn add(&mut self, game: &CompletedGame) -> Result<(), Failure> {
        if game.adjudicated {
            return Ok(());
        }
        let record = game.record.to_bytes().map_err(|error| Failure::new(Exit::Software, error))?;
        self.records.push(record);
        if self.records.len() >= SHARD_GAMES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        if self.records.is_empty() {
            return Ok(());
        }
        let path = self.out.join(format!("games-{:06}.rrs", self.shards));
        let shard = GameShard { config: self.config.clone(), records: std::mem::take(&mut self.records) };
        write_shard(&path, &shard).map_err(|error| Failure::new(Exit::Io, error))?;
        self.shards += 1;
        Ok(())
    }
}

fn print(summary: &SelfplaySummary, format: OutputFormat) -> Result<(), Failure> {
    if !format.print_document(summary)? {
        outln!(
            "{}: {} games in {:.1} s ({} decisions, {} simulations), {} shards in {}",
            summary.config,
            summary.games,
            summary.seconds,
            summary.decisions,
            summary.simulations,
            summary.shards,
            summary.out.display()
        );
    }
    Ok(())
}
