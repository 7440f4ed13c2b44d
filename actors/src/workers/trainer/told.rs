//! What the child says, as events and as the state of its run.

use rr_proto::{
    ErrorCode, Event, JobId, Samples, TrainingLossAnomaly, TrainingProgress, TrainingStarted, TrainingSteps,
};
use rr_train::TrainerLine;

use super::actor::TrainerState;
use super::outcome::{losses, note};
use super::run::RunResult;
use super::status::TrainingStatus;

impl TrainerState {
    /// Takes a line of the child in.
    pub(super) async fn told(&mut self, job: JobId, line: TrainerLine) {
        let node = self.args.node.clone();
        let Some(run) = self.run.as_mut().filter(|run| run.order.job == job) else { return };
        run.status = TrainingStatus::of(run.key, &line).or(run.status);
        let mut checkpoint = None;
        let event: Option<Event> = match line {
            TrainerLine::Started { step, steps, window, .. } => {
                run.saved = step;
                checkpoint = (step > 0).then_some(step);
                Some(
                    TrainingStarted {
                        config: run.key,
                        job,
                        attempt: run.order.attempt,
                        parent: Some(run.order.parent),
                        start_step: TrainingSteps(step),
                        total_steps: TrainingSteps(steps),
                        window_samples: Samples(window.samples),
                        node,
                    }
                    .into(),
                )
            }
            TrainerLine::Progress {
                step, steps, losses: parts, learning_rate, samples_per_second, ..
            } => Some(
                TrainingProgress {
                    config: run.key,
                    job,
                    step: TrainingSteps(step),
                    total_steps: TrainingSteps(steps),
                    losses: losses(&parts),
                    learning_rate,
                    samples_per_second,
                }
                .into(),
            ),
            TrainerLine::Checkpoint { step } => {
                run.saved = step;
                checkpoint = Some(step);
                None
            }
            TrainerLine::RolledBack { from_step, to_step, reason, rate_scale } => {
                tracing::warn!(%job, from_step, to_step, reason, rate_scale, "training went bad and was rolled back");
                let (step, back_to) = (TrainingSteps(from_step), TrainingSteps(to_step));
                let config = run.key;
                Some(TrainingLossAnomaly { config, job, step, back_to, reason, rate_scale }.into())
            }
            TrainerLine::Validation { samples, losses } => {
                tracing::info!(%job, samples, loss = losses.total, policy = losses.policy, value = losses.value, "validation");
                None
            }
            TrainerLine::Completed { result } => {
                run.end = Some(RunResult::Completed(Box::new(result)));
                None
            }
            TrainerLine::Stopped { step } => {
                run.saved = step;
                run.end = Some(RunResult::Stopped);
                None
            }
            TrainerLine::Failed { message, retryable, step } => {
                run.saved = step;
                run.end = Some(RunResult::Failed { failure: note(ErrorCode::ChildDied, message), retryable });
                None
            }
        };
        if let Some(event) = event {
            self.publish(event).await;
        }
        if let Some(step) = checkpoint
            && let Err(error) = self.book.checkpoint(job, TrainingSteps(step)).await
        {
            tracing::warn!(%job, step, %error, "a checkpoint of a training run was not written down");
        }
    }
}
