//! Metrics of the loop: self-play and how far each config is, as their own boards show.

use super::Metric;
use super::scrape::Scrape;
use crate::leader::config::ConfigReport;
use crate::node::StatusBoard;
use crate::workers::selfplay::SelfPlayStatus;

/// The stages of a config's loop.
const STAGES: [&str; 4] = ["collecting", "training", "evaluating", "promoting"];

/// Adds what self-play and the configs show.
pub(super) fn scrape_loop(scrape: &mut Scrape, board: &StatusBoard) {
    for (slot, status) in board.self_play.iter().enumerate() {
        scrape_slot(scrape, &slot.to_string(), &status.borrow());
    }
    for (_, report) in &board.configs {
        if let Some(report) = &*report.borrow() {
            scrape_config(scrape, report);
        }
    }
}

fn scrape_slot(scrape: &mut Scrape, slot: &str, status: &SelfPlayStatus) {
    let labels = &[slot];
    scrape.count(Metric::PlayGames, labels, status.games);
    scrape.count(Metric::PlayStored, labels, status.stored);
    scrape.count(Metric::PlayAbandoned, labels, status.abandoned);
    scrape.count(Metric::PlayPlies, labels, status.plies);
    scrape.count(Metric::PlayPositions, labels, status.positions);
    scrape.set(Metric::PlayRate, labels, status.positions_per_second);
    scrape.count(Metric::PlayRunning, labels, status.games_in_progress as u64);
    scrape.flag(Metric::PlayActive, labels, status.playing);
}

fn scrape_config(scrape: &mut Scrape, report: &ConfigReport) {
    let config = report.config.as_str();
    let labels = &[config];
    scrape.count(Metric::LoopGames, labels, report.games.get());
    scrape.count(Metric::LoopSamples, labels, report.samples.get());
    scrape.count(Metric::LoopNewSamples, labels, report.new_samples.get());
    scrape.count(Metric::LoopGeneration, labels, u64::from(report.generation.get()));
    scrape.count(Metric::LoopFailures, labels, report.failures.into());
    scrape.count(Metric::LoopRefusals, labels, report.refusals.into());
    for stage in STAGES {
        scrape.flag(Metric::LoopStage, &[config, stage], report.stage == stage);
    }
    let Some(rating) = report.rating else { return };
    for (bound, elo) in [("low", rating.low), ("elo", rating.elo), ("high", rating.high)] {
        scrape.set(Metric::RatingChampion, &[config, bound], elo.get());
    }
}
