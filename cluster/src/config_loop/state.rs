//! The state of a config's loop and the fold over its inputs.

use rr_proto::{ConfigKey, Games, Generation, JobId, ModelId, Samples, UnixMillis};
use serde::{Deserialize, Serialize};

use super::bucket::SampleBucket;
use super::command::{LoopCommand, RollBackOrder};
use super::input::LoopInput;
use super::params::LoopParams;
use super::stage::LoopStage;

/// Names a champion and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChampionRef {
    /// The model.
    pub model: ModelId,
    /// Its number; the random start is generation 0.
    pub generation: Generation,
}

/// Holds everything that the loop of one config has to remember.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoopState {
    pub(super) config: ConfigKey,
    pub(super) stage: LoopStage,
    pub(super) champion: Option<ChampionRef>,
    pub(super) predecessor: Option<ChampionRef>,
    pub(super) last_generation: Generation,
    pub(super) latest_trained: Option<ModelId>,
    pub(super) games: Games,
    pub(super) samples: Samples,
    pub(super) samples_at_last_run: Samples,
    pub(super) bucket: SampleBucket,
    pub(super) runs: u64,
    pub(super) refusals: u32,
    pub(super) failures: u32,
    pub(super) paused_until: Option<UnixMillis>,
    pub(super) roll_back: Option<RollBackOrder>,
    pub(super) roll_backs: u64,
}

impl LoopState {
    /// Starts the loop of a config that has neither games nor a champion.
    pub fn new(config: ConfigKey) -> Self {
        Self {
            config,
            stage: LoopStage::Collecting,
            champion: None,
            predecessor: None,
            last_generation: Generation::ZERO,
            latest_trained: None,
            games: Games::ZERO,
            samples: Samples::ZERO,
            samples_at_last_run: Samples::ZERO,
            bucket: SampleBucket::default(),
            runs: 0,
            refusals: 0,
            failures: 0,
            paused_until: None,
            roll_back: None,
            roll_backs: 0,
        }
    }

    /// Folds one input in and returns what has to be done.
    ///
    /// An input that does not belong to the order in hand (a repetition, a late report, a report of another order)
    /// changes nothing.
    pub fn fold(&mut self, input: LoopInput, now: UnixMillis, params: &LoopParams) -> Vec<LoopCommand> {
        match input {
            LoopInput::ChampionInstalled { model } => self.install(model, now, params),
            LoopInput::GamesStored { total_games, total_samples } => {
                self.store(total_games, total_samples, params);
                self.train_if_due(now, params)
            }
            LoopInput::TrainingCompleted { job, model, samples_used } => {
                self.trained(job, model, samples_used, params)
            }
            LoopInput::TrainingFailed { job, attempt, retryable } => {
                self.training_failed(job, attempt, retryable, (now, params))
            }
            LoopInput::EvaluationCompleted { job, report } => self.evaluated(job, &report, now, params),
            LoopInput::EvaluationFailed { job, retryable } => {
                self.evaluation_failed(job, retryable, now, params);
                Vec::new()
            }
            LoopInput::CalledOff { job } => {
                self.call_off(job);
                Vec::new()
            }
            LoopInput::Promoted { evaluation, model } => self.promoted(evaluation, model, now, params),
            LoopInput::PromotionFailed { evaluation, attempt, retryable } => {
                self.promotion_failed(evaluation, attempt, retryable, (now, params));
                Vec::new()
            }
            LoopInput::RegressionFound { model, level } => self.regressed(model, level, params),
            LoopInput::RolledBack { job, generation } => self.rolled_back(job, generation, params),
            LoopInput::RollBackFailed { job } => {
                self.roll_back.take_if(|order| order.job == job);
                Vec::new()
            }
            LoopInput::Tick => self.tick(now, params),
        }
    }

    /// Returns what has to be running now: what a new leader, or a node after a restart, orders again.
    ///
    /// A step that waits for its retry is not among it; a tick brings it when it is due.
    pub fn resume(&self) -> Vec<LoopCommand> {
        let stage = match self.stage.command() {
            Some((command, None)) => Some(command),
            _ => None,
        };
        self.roll_back.map(LoopCommand::RollBack).into_iter().chain(stage).collect()
    }

    /// Returns the config.
    pub fn config(&self) -> ConfigKey {
        self.config
    }

    /// Returns the stage.
    pub fn stage(&self) -> &LoopStage {
        &self.stage
    }

    /// Returns the champion; none before the random start was installed.
    pub fn champion(&self) -> Option<ChampionRef> {
        self.champion
    }

    /// Returns the champion before, where it can be returned to.
    pub fn predecessor(&self) -> Option<ChampionRef> {
        self.predecessor
    }

    /// Returns the candidate that is being measured or promoted.
    pub fn candidate(&self) -> Option<ModelId> {
        match &self.stage {
            LoopStage::Evaluating { order, .. } => Some(order.candidate),
            LoopStage::Promoting { order, .. } => Some(order.candidate),
            LoopStage::Collecting | LoopStage::Training { .. } => None,
        }
    }

    /// Returns the roll-back that is under way.
    pub fn roll_back(&self) -> Option<RollBackOrder> {
        self.roll_back
    }

    /// Returns the number of the next champion; numbers never fall, so that one who returns gets a new one.
    pub fn next_generation(&self) -> Generation {
        self.last_generation + Generation(1)
    }

    /// Returns the games ever stored.
    pub fn games(&self) -> Games {
        self.games
    }

    /// Returns the samples ever stored.
    pub fn samples(&self) -> Samples {
        self.samples
    }

    /// Returns the samples stored since the last training run was ordered.
    pub fn new_samples(&self) -> Samples {
        self.samples.saturating_sub(self.samples_at_last_run)
    }

    /// Returns the draws that training may still make.
    pub fn available_draws(&self) -> Samples {
        self.bucket.available()
    }

    /// Returns the refusals since the last promotion.
    pub fn refusals(&self) -> u32 {
        self.refusals
    }

    /// Returns the failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Derives the name of a config's training run; the same run has the same name wherever it is asked for.
    pub(super) fn training_job(&self) -> JobId {
        JobId::derive(&[b"train", self.config.as_str().as_bytes(), &self.runs.to_le_bytes()])
    }
}
