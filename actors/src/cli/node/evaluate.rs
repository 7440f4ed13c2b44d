//! `rr-node evaluate A B`: a match with shared openings and every seat rotation.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use clap::Args;
use rr_cluster::{Sprt, SprtParams};
use rr_config::Settings;
use rr_engine::board::{BoardKind, GameConfig};
use rr_engine::selfplay::{GameSource, PairedMatches, PlaySettings, SeatPlan};
use rr_onnx::ModelFile;

use super::board_args::at_least_one;
use super::contestant::Contestant;
use super::fleet_play::{FleetPlay, onnx_failure, read_model, threads};
use super::match_summary::MatchSummary;
use super::stop_signal::stop_on_signal;
use super::task_progress::TaskProgress;
use crate::cli::{Exit, Failure, OutputFormat};
use crate::workers::selfplay::evaluation_settings;

/// Options of `rr-node evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// Who is measured: an .onnx file, random, heuristic, reference-heuristic, alpha-beta or puct
    #[arg(value_name = "A")]
    first: Contestant,
    /// Against whom; with 3 and 4 players it takes every other seat
    #[arg(value_name = "B")]
    second: Contestant,
    /// Number of games; rounded up so that every opening is played from every seat
    #[arg(long)]
    games: u64,
    /// Board (default: the models')
    #[arg(long)]
    board: Option<BoardKind>,
    /// Number of players: 2, 3 or 4 (default: what the models were trained for)
    #[arg(long)]
    players: Option<u8>,
    /// Simulations of a move (default: evaluation.simulations, else budget.throughput)
    #[arg(long)]
    simulations: Option<u32>,
    /// Seed of the openings
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads that play; 0 takes one per core
    #[arg(long, default_value_t = 0)]
    threads: u32,
}

impl EvaluateArgs {
    /// Plays the match and prints wins, score, interval, Elo difference and the test.
    ///
    /// # Errors
    /// A model that is refused, boards that do not fit, zero games.
    pub fn run(&self, settings: &Settings, format: OutputFormat) -> Result<Exit, Failure> {
        let games = at_least_one("--games", self.games)?;
        let config = self.config()?;
        let players = u64::from(config.players);
        let openings = games.div_ceil(players);
        let (seats, models) = self.seats(config)?;
        let source = Arc::new(PairedMatches::new(
            seats,
            self.seed,
            openings,
            settings.evaluation.opening_moves,
            self.play_settings(settings, config)?,
        ));
        let play = FleetPlay {
            config,
            models,
            source: Arc::clone(&source) as Arc<dyn GameSource>,
            threads: threads(self.threads),
            games_per_thread: settings.evaluation.concurrent_games as usize,
        };
        let mut summary = MatchSummary::new(
            (self.first.to_string(), self.second.to_string()),
            config,
            sprt(settings, config, openings * players)?,
        );
        let (stop, start) = (stop_on_signal()?, Instant::now());
        let mut progress = TaskProgress::new("match", openings * players);
        play.run(settings, &stop, |game| {
            summary.add(&source, &game)?;
            progress.set(summary.games(), &summary.in_short());
            Ok(())
        })?;
        progress.finish();
        summary.print(start.elapsed(), format)?;
        Ok(if stop.load(Ordering::Relaxed) { Exit::Interrupted } else { Exit::Done })
    }

    /// Finds the config: as asked, else by the cards of the models.
    fn config(&self) -> Result<GameConfig, Failure> {
        let mut board = self.board;
        let mut players = self.players;
        for contestant in [&self.first, &self.second] {
            let Contestant::Model(path) = contestant else { continue };
            let card = ModelFile::load(path).map_err(onnx_failure)?.card().clone();
            let trained = card.origin.configs.iter().find_map(|key| key.parse::<GameConfig>().ok());
            players = players.or(trained.map(|config| config.players));
            board = board.or(card.board.parse().ok());
        }
        let (board, players) = (board.unwrap_or(BoardKind::Hex8), players.unwrap_or(2));
        GameConfig::new(board, players).map_err(|error| Failure::new(Exit::Usage, error))
    }

    /// Gives the seats of the first game, contestant by contestant, and the models they name.
    fn seats(&self, config: GameConfig) -> Result<(Vec<SeatPlan>, Vec<ModelFile>), Failure> {
        let mut models = Vec::new();
        let mut plan = |contestant: &Contestant| match contestant {
            Contestant::Agent(kind) => Ok(SeatPlan::Agent(*kind)),
            Contestant::Model(path) => {
                models.push(read_model(path, config)?);
                Ok(SeatPlan::Model(models.len() - 1))
            }
        };
        let (first, second) = (plan(&self.first)?, plan(&self.second)?);
        let mut seats = vec![second; usize::from(config.players)];
        seats[0] = first;
        Ok((seats, models))
    }

    fn play_settings(&self, settings: &Settings, config: GameConfig) -> Result<PlaySettings, Failure> {
        let simulations = match (self.simulations, settings.evaluation.simulations) {
            (Some(asked), _) => asked,
            (None, 0) => settings.budget.throughput,
            (None, set) => set,
        };
        at_least_one("--simulations", simulations.into())?;
        Ok(evaluation_settings(config, &settings.evaluation, &settings.search, simulations))
    }
}

fn sprt(settings: &Settings, config: GameConfig, games: u64) -> Result<Sprt, Failure> {
    let section = &settings.evaluation;
    let params = SprtParams {
        players: config.players,
        elo0: section.elo0,
        elo1: section.elo1,
        alpha: section.alpha,
        beta: section.beta,
        max_games: u32::try_from(games).unwrap_or(u32::MAX),
    };
    Sprt::new(params).map_err(|error| Failure::new(Exit::Config, error))
}
