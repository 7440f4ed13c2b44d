//! The transitions when something fails or is called off: retries, giving up, rolling a champion back.

use rr_proto::{Generation, JobId, ModelId, RegressionLevel, UnixMillis};

use super::command::{LoopCommand, PromotionOrder, RollBackOrder, TrainingOrder};
use super::params::LoopParams;
use super::stage::LoopStage;
use super::state::{ChampionRef, LoopState};

impl LoopState {
    pub(super) fn training_failed(
        &mut self,
        job: JobId,
        attempt: u32,
        retryable: bool,
        (now, params): (UnixMillis, &LoopParams),
    ) -> Vec<LoopCommand> {
        let LoopStage::Training { order, .. } = &self.stage else { return Vec::new() };
        let order = *order;
        if order.job != job || order.attempt != attempt {
            return Vec::new();
        }
        let retry_at = self.fail(now, params);
        if retryable && attempt < params.backoff.max_attempts {
            let order = TrainingOrder { attempt: attempt + 1, ..order };
            self.stage = LoopStage::Training { order, retry_at: Some(retry_at) };
        } else {
            // The run left no model, so nothing that plays has used these draws.
            self.bucket.give_back(order.draws());
            self.give_up(retry_at);
        }
        Vec::new()
    }

    pub(super) fn evaluation_failed(
        &mut self,
        job: JobId,
        retryable: bool,
        now: UnixMillis,
        params: &LoopParams,
    ) {
        let LoopStage::Evaluating { order, .. } = &self.stage else { return };
        let (order, Some(champion)) = (*order, self.champion) else { return };
        if order.job != job {
            return;
        }
        let retry_at = self.fail(now, params);
        if retryable && order.attempt < params.backoff.max_attempts {
            self.evaluate(job, order.candidate, champion, order.attempt + 1, params);
            if let LoopStage::Evaluating { retry_at: wait, .. } = &mut self.stage {
                *wait = Some(retry_at);
            }
        } else {
            self.give_up(retry_at);
        }
    }

    /// Goes back to collecting; the next run begins as usual, with enough new samples. What the run was to draw is there for it.
    pub(super) fn call_off(&mut self, job: JobId) {
        match &self.stage {
            LoopStage::Training { order, .. } if order.job == job => {
                self.bucket.give_back(order.draws());
            }
            LoopStage::Evaluating { order, .. } if order.job == job => {}
            _ => return,
        }
        self.stage = LoopStage::Collecting;
    }

    pub(super) fn promotion_failed(
        &mut self,
        evaluation: JobId,
        attempt: u32,
        retryable: bool,
        (now, params): (UnixMillis, &LoopParams),
    ) {
        let LoopStage::Promoting { order, .. } = &self.stage else { return };
        let order = *order;
        if order.evaluation != evaluation || order.attempt != attempt {
            return;
        }
        let retry_at = self.fail(now, params);
        if retryable && attempt < params.backoff.max_attempts {
            let order = PromotionOrder { attempt: attempt + 1, ..order };
            self.stage = LoopStage::Promoting { order, retry_at: Some(retry_at) };
        } else {
            self.give_up(retry_at);
        }
    }

    pub(super) fn regressed(
        &mut self,
        model: ModelId,
        level: RegressionLevel,
        params: &LoopParams,
    ) -> Vec<LoopCommand> {
        let (Some(champion), Some(predecessor)) = (self.champion, self.predecessor) else {
            return Vec::new();
        };
        let ordered = self.roll_back.is_some();
        if champion.model != model || ordered || level < params.regression.roll_back_from {
            return Vec::new();
        }
        self.roll_backs += 1;
        let serial = self.roll_backs.to_le_bytes();
        let job = JobId::derive(&[b"roll-back", self.config.as_str().as_bytes(), &serial]);
        let order = RollBackOrder { job, from: champion.model, to: predecessor.model };
        self.roll_back = Some(order);
        vec![LoopCommand::RollBack(order)]
    }

    /// Returns to the predecessor; a candidate in hand was measured against the wrong champion and is measured anew.
    pub(super) fn rolled_back(
        &mut self,
        job: JobId,
        generation: Generation,
        params: &LoopParams,
    ) -> Vec<LoopCommand> {
        let (Some(order), Some(predecessor)) = (self.roll_back, self.predecessor) else { return Vec::new() };
        if order.job != job {
            return Vec::new();
        }
        self.roll_back = None;
        self.last_generation = self.last_generation.max(generation);
        let predecessor = ChampionRef { generation, ..predecessor };
        self.champion = Some(predecessor);
        self.predecessor = None;
        let in_hand = match &self.stage {
            LoopStage::Evaluating { order, .. } => Some((order.job, order.candidate)),
            LoopStage::Promoting { order, .. } => Some((order.evaluation, order.candidate)),
            LoopStage::Collecting | LoopStage::Training { .. } => None,
        };
        self.latest_trained = None;
        match in_hand {
            Some((_, candidate)) if candidate == predecessor.model => {
                self.stage = LoopStage::Collecting;
                Vec::new()
            }
            Some((cause, candidate)) => self.evaluate(cause, candidate, predecessor, 1, params),
            None => Vec::new(),
        }
    }

    /// Counts a failure and returns when the next attempt may start.
    fn fail(&mut self, now: UnixMillis, params: &LoopParams) -> UnixMillis {
        self.failures = self.failures.saturating_add(1);
        now.after(params.backoff.wait(self.failures))
    }

    /// Goes back to collecting and trains no sooner than `until`.
    fn give_up(&mut self, until: UnixMillis) {
        self.stage = LoopStage::Collecting;
        self.paused_until = Some(until);
    }
}
