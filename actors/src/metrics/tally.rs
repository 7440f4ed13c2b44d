//! A tally of events: how many of each kind, and what they tell of each config. A fold without surroundings.

use std::collections::BTreeMap;

use rr_proto::{
    ConfigKey, Event, MatchTally, RegressionLevel, Samples, SprtProgress, TrainingLosses, TrainingSteps,
};

use super::Metric;
use super::scrape::Scrape;

/// Counts what happened since the start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventTally {
    heard: BTreeMap<&'static str, u64>,
    configs: BTreeMap<ConfigKey, ConfigTally>,
}

/// Counts what happened of one config.
#[derive(Debug, Clone, Default, PartialEq)]
struct ConfigTally {
    training: Option<TrainingTally>,
    training_runs: RunCounts,
    used_samples: u64,
    training_ms: u64,
    evaluation: Option<EvaluationTally>,
    evaluation_runs: RunCounts,
    scores: BTreeMap<String, f64>,
    promotions: u64,
    refusals: u64,
    rollbacks: u64,
    regressions: BTreeMap<&'static str, u64>,
    regression: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct RunCounts {
    started: u64,
    completed: u64,
    failed: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct TrainingTally {
    running: bool,
    step: TrainingSteps,
    planned: TrainingSteps,
    losses: Option<TrainingLosses>,
    samples_per_second: f64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct EvaluationTally {
    running: bool,
    games: MatchTally,
    sprt: Option<SprtProgress>,
}

/// Every level, mildest first.
const LEVELS: [RegressionLevel; 4] =
    [RegressionLevel::Minor, RegressionLevel::Moderate, RegressionLevel::Severe, RegressionLevel::Critical];

impl EventTally {
    /// Counts an event.
    pub fn hear(&mut self, event: &Event) {
        *self.heard.entry(event.name()).or_default() += 1;
        if let Some(config) = event.config() {
            self.configs.entry(config).or_default().hear(event);
        }
    }

    /// Adds everything to a scrape.
    pub(super) fn scrape(&self, scrape: &mut Scrape) {
        for (kind, count) in &self.heard {
            scrape.count(Metric::EventsHeard, &[kind], *count);
        }
        for (config, tally) in &self.configs {
            tally.scrape(scrape, config.as_str());
        }
    }
}

impl ConfigTally {
    fn hear(&mut self, event: &Event) {
        self.hear_training(event);
        self.hear_evaluation(event);
        match event {
            Event::ModelPromoted(_) => {
                self.promotions += 1;
                self.regression = None;
            }
            Event::PromotionFailed(_) => self.refusals += 1,
            Event::PromotionRolledBack(_) => {
                self.rollbacks += 1;
                self.regression = None;
            }
            Event::RegressionDetected(e) => {
                let level = level_name(e.level);
                *self.regressions.entry(level).or_default() += 1;
                self.regression = Some(level);
            }
            Event::RegressionCleared(_) => self.regression = None,
            _ => {}
        }
    }

    fn hear_training(&mut self, event: &Event) {
        match event {
            Event::TrainingStarted(e) => {
                self.training_runs.started += 1;
                let before = self.training.unwrap_or_default();
                let (step, planned) = (e.start_step, e.total_steps);
                self.training = Some(TrainingTally { running: true, step, planned, ..before });
            }
            Event::TrainingProgress(e) => {
                self.training = Some(TrainingTally {
                    running: true,
                    step: e.step,
                    planned: e.total_steps,
                    losses: Some(e.losses),
                    samples_per_second: e.samples_per_second,
                });
            }
            Event::TrainingCompleted(e) => {
                self.training_runs.completed += 1;
                let Samples(used) = e.samples_used;
                self.used_samples = self.used_samples.saturating_add(used);
                self.training_ms = self.training_ms.saturating_add(e.duration_ms);
                self.end_training(Some(e.losses));
            }
            Event::TrainingFailed(_) => {
                self.training_runs.failed += 1;
                self.end_training(None);
            }
            _ => {}
        }
    }

    fn end_training(&mut self, losses: Option<TrainingLosses>) {
        let before = self.training.unwrap_or_default();
        let losses = losses.or(before.losses);
        self.training = Some(TrainingTally { running: false, losses, samples_per_second: 0.0, ..before });
    }

    fn hear_evaluation(&mut self, event: &Event) {
        match event {
            Event::EvaluationStarted(_) => {
                self.evaluation_runs.started += 1;
                self.evaluation = Some(EvaluationTally { running: true, ..EvaluationTally::default() });
            }
            Event::EvaluationProgress(e) => {
                self.evaluation = Some(EvaluationTally { running: true, games: e.tally, sprt: Some(e.sprt) });
            }
            Event::EvaluationCompleted(e) => {
                self.evaluation_runs.completed += 1;
                let (games, sprt) = (e.versus_champion, Some(e.sprt));
                self.evaluation = Some(EvaluationTally { running: false, games, sprt });
                self.scores.clear();
                let anchors = e.versus_anchors.iter().map(|anchor| (anchor.opponent.clone(), anchor.tally));
                let all = anchors.chain([("champion".to_owned(), games)]);
                self.scores.extend(all.filter_map(|(opponent, tally)| Some((opponent, tally.score()?))));
            }
            Event::EvaluationFailed(_) => {
                self.evaluation_runs.failed += 1;
                let before = self.evaluation.unwrap_or_default();
                self.evaluation = Some(EvaluationTally { running: false, ..before });
            }
            _ => {}
        }
    }

    fn scrape(&self, scrape: &mut Scrape, config: &str) {
        if let Some(training) = &self.training {
            training.scrape(scrape, config);
        }
        if let Some(evaluation) = &self.evaluation {
            evaluation.scrape(scrape, config);
        }
        self.training_runs.scrape(scrape, Metric::TrainingRuns, config);
        self.evaluation_runs.scrape(scrape, Metric::EvaluationRuns, config);
        scrape.count(Metric::TrainingSamples, &[config], self.used_samples);
        scrape.set(Metric::TrainingTime, &[config], self.training_ms as f64 / 1e3);
        for (opponent, score) in &self.scores {
            scrape.set(Metric::EvaluationScore, &[config, opponent], *score);
        }
        scrape.count(Metric::Promotions, &[config], self.promotions);
        scrape.count(Metric::PromotionRefusals, &[config], self.refusals);
        scrape.count(Metric::RollBacks, &[config], self.rollbacks);
        for level in LEVELS.map(level_name) {
            let count = self.regressions.get(level).copied().unwrap_or(0);
            scrape.count(Metric::Regressions, &[config, level], count);
            scrape.flag(Metric::RegressionNow, &[config, level], self.regression == Some(level));
        }
    }
}

impl RunCounts {
    fn scrape(self, scrape: &mut Scrape, metric: Metric, config: &str) {
        let outcomes = [("started", self.started), ("completed", self.completed), ("failed", self.failed)];
        for (outcome, count) in outcomes {
            scrape.count(metric, &[config, outcome], count);
        }
    }
}

impl TrainingTally {
    fn scrape(&self, scrape: &mut Scrape, config: &str) {
        scrape.flag(Metric::TrainingRunning, &[config], self.running);
        scrape.count(Metric::TrainingStep, &[config], self.step.get());
        scrape.count(Metric::TrainingPlanned, &[config], self.planned.get());
        scrape.set(Metric::TrainingRate, &[config], self.samples_per_second);
        let Some(losses) = self.losses else { return };
        let parts = [
            ("total", losses.total),
            ("policy", losses.policy),
            ("value", losses.value),
            ("auxiliary", losses.auxiliary),
        ];
        for (part, loss) in parts {
            scrape.set(Metric::TrainingLoss, &[config, part], loss);
        }
    }
}

impl EvaluationTally {
    fn scrape(&self, scrape: &mut Scrape, config: &str) {
        scrape.flag(Metric::EvaluationRunning, &[config], self.running);
        let MatchTally { wins, draws, losses } = self.games;
        for (result, games) in [("win", wins), ("draw", draws), ("loss", losses)] {
            scrape.count(Metric::EvaluationGames, &[config, result], games.into());
        }
        let Some(sprt) = self.sprt else { return };
        for (bound, value) in [("lower", sprt.lower), ("now", sprt.llr), ("upper", sprt.upper)] {
            scrape.set(Metric::EvaluationRatio, &[config, bound], value);
        }
    }
}

const fn level_name(level: RegressionLevel) -> &'static str {
    match level {
        RegressionLevel::Minor => "minor",
        RegressionLevel::Moderate => "moderate",
        RegressionLevel::Severe => "severe",
        RegressionLevel::Critical => "critical",
    }
}

#[cfg(test)]
mod tests;
