//! The transitions between the stages when all goes well.

use rr_proto::{Games, Generation, JobId, ModelId, Samples, TrainingSteps, TrainingTrigger, UnixMillis};

use super::command::{EvaluationOrder, LoopCommand, PromotionOrder, TrainingOrder};
use super::params::LoopParams;
use super::stage::LoopStage;
use super::state::{ChampionRef, LoopState};
use crate::evaluation::{EvaluationReport, GateDecision};
use crate::schedule::CurriculumOutcome;

impl LoopState {
    pub(super) fn install(
        &mut self,
        model: ModelId,
        now: UnixMillis,
        params: &LoopParams,
    ) -> Vec<LoopCommand> {
        if self.champion.is_none() {
            self.champion = Some(ChampionRef { model, generation: Generation::ZERO });
        }
        self.train_if_due(now, params)
    }

    pub(super) fn store(&mut self, games: Games, samples: Samples, params: &LoopParams) {
        let new = samples.saturating_sub(self.samples);
        self.games = self.games.max(games);
        self.samples = self.samples.max(samples);
        self.bucket.pour(new, params.uses_per_sample, params.bucket_capacity());
    }

    /// Orders a training run when there are enough games, new samples and draws.
    pub(super) fn train_if_due(&mut self, now: UnixMillis, params: &LoopParams) -> Vec<LoopCommand> {
        let Some(champion) = self.champion else { return Vec::new() };
        let paused = self.paused_until.is_some_and(|until| now < until);
        let due = self.games >= params.min_games && self.new_samples() >= params.new_samples;
        if self.stage != LoopStage::Collecting || paused || !due {
            return Vec::new();
        }
        let affordable = self.bucket.available().0 / params.batch.0.max(1);
        let steps = TrainingSteps(affordable.min(params.max_steps.0));
        if steps < params.min_steps || steps == TrainingSteps::ZERO {
            return Vec::new();
        }
        self.paused_until = None;
        self.runs += 1;
        let order = TrainingOrder {
            job: self.training_job(),
            attempt: 1,
            parent: self.parent(champion, params),
            steps,
            batch: params.batch,
            window: params.window.size(self.samples),
        };
        if !self.bucket.take(order.draws()) {
            return Vec::new();
        }
        let announcement = LoopCommand::AnnounceThreshold {
            job: order.job,
            new_samples: self.new_samples(),
            window: order.window,
            total_games: self.games,
            trigger: TrainingTrigger::NewSamples,
        };
        self.samples_at_last_run = self.samples;
        self.stage = LoopStage::Training { order, retry_at: None };
        vec![announcement, LoopCommand::Train(order)]
    }

    /// Goes on from the last trained model, because a refused candidate is seldom worse; after too many refusals from the champion.
    fn parent(&mut self, champion: ChampionRef, params: &LoopParams) -> ModelId {
        if params.max_refusals > 0 && self.refusals > 0 && self.refusals.is_multiple_of(params.max_refusals) {
            self.latest_trained = None;
        }
        self.latest_trained.unwrap_or(champion.model)
    }

    pub(super) fn trained(
        &mut self,
        job: JobId,
        model: ModelId,
        used: Samples,
        params: &LoopParams,
    ) -> Vec<LoopCommand> {
        let LoopStage::Training { order, .. } = &self.stage else { return Vec::new() };
        let (order, Some(champion)) = (*order, self.champion) else { return Vec::new() };
        if order.job != job {
            return Vec::new();
        }
        self.bucket.give_back(order.draws().saturating_sub(used));
        self.failures = 0;
        self.latest_trained = Some(model);
        if model == champion.model {
            self.stage = LoopStage::Collecting;
            return Vec::new();
        }
        self.evaluate(job, model, champion, 1, params)
    }

    /// Orders an evaluation; every attempt is a job of its own.
    pub(super) fn evaluate(
        &mut self,
        cause: JobId,
        candidate: ModelId,
        champion: ChampionRef,
        attempt: u32,
        params: &LoopParams,
    ) -> Vec<LoopCommand> {
        let first = champion.generation == Generation::ZERO;
        let order = EvaluationOrder {
            job: JobId::derive(&[
                b"evaluate",
                cause.as_bytes(),
                champion.model.as_bytes(),
                &attempt.to_le_bytes(),
            ]),
            attempt,
            candidate,
            champion: champion.model,
            sprt: if first { params.first_sprt } else { params.sprt },
        };
        self.stage = LoopStage::Evaluating { order, retry_at: None };
        vec![LoopCommand::Evaluate(order)]
    }

    pub(super) fn evaluated(
        &mut self,
        job: JobId,
        report: &EvaluationReport,
        now: UnixMillis,
        params: &LoopParams,
    ) -> Vec<LoopCommand> {
        let LoopStage::Evaluating { order, .. } = &self.stage else { return Vec::new() };
        let (order, Some(champion)) = (*order, self.champion) else { return Vec::new() };
        let ours = order.job == job
            && (report.candidate(), report.champion()) == (order.candidate, order.champion)
            && champion.model == order.champion;
        if !ours {
            return Vec::new();
        }
        self.failures = 0;
        match params.gate.decide(report, champion.generation) {
            GateDecision::Promote => {
                let order = PromotionOrder {
                    evaluation: job,
                    attempt: 1,
                    candidate: order.candidate,
                    expected: champion.model,
                    generation: self.next_generation(),
                };
                self.stage = LoopStage::Promoting { order, retry_at: None };
                vec![LoopCommand::Promote(order)]
            }
            GateDecision::Refuse(reasons) => {
                self.refusals += 1;
                self.stage = LoopStage::Collecting;
                let mut commands = vec![
                    LoopCommand::AnnounceRefusal { evaluation: job, candidate: order.candidate, reasons },
                    LoopCommand::Rebalance(CurriculumOutcome::Refused),
                ];
                commands.extend(self.train_if_due(now, params));
                commands
            }
        }
    }

    pub(super) fn promoted(
        &mut self,
        evaluation: JobId,
        model: ModelId,
        now: UnixMillis,
        params: &LoopParams,
    ) -> Vec<LoopCommand> {
        let LoopStage::Promoting { order, .. } = &self.stage else { return Vec::new() };
        if order.evaluation != evaluation || order.candidate != model {
            return Vec::new();
        }
        self.last_generation = order.generation;
        self.predecessor = self.champion.replace(ChampionRef { model, generation: order.generation });
        self.stage = LoopStage::Collecting;
        (self.failures, self.refusals, self.roll_back) = (0, 0, None);
        let mut commands = vec![LoopCommand::Rebalance(CurriculumOutcome::Promoted)];
        commands.extend(self.train_if_due(now, params));
        commands
    }

    pub(super) fn tick(&mut self, now: UnixMillis, params: &LoopParams) -> Vec<LoopCommand> {
        match self.stage.command() {
            Some((command, Some(retry_at))) if now >= retry_at => {
                self.stage.start();
                vec![command]
            }
            Some(_) => Vec::new(),
            None => self.train_if_due(now, params),
        }
    }
}
