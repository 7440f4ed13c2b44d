//! What the child says, as events and as the state of its run.

use rr_proto::{
    ErrorCode, Event, JobId, NodeId, Samples, TrainingLossAnomaly, TrainingProgress, TrainingStarted,
    TrainingSteps,
};
use rr_train::TrainerLine;

use super::actor::TrainerState;
use super::outcome::{losses, note};
use super::run::{Run, RunResult};
use super::status::TrainingStatus;

impl TrainerState {
    /// Takes a line of the child in.
    pub(super) async fn told(&mut self, job: JobId, line: TrainerLine) {
        let node = self.args.node.clone();
        let Some(run) = self.run.as_mut().filter(|run| run.order.job == job) else { return };
        run.status = TrainingStatus::of(run.key, &line).or(run.status);
        let checkpoint = checkpoint(&line);
        if let Some(event) = taken(run, line, node) {
            self.publish(event).await;
        }
        if let Some(step) = checkpoint
            && let Err(error) = self.book.checkpoint(job, TrainingSteps(step)).await
        {
            tracing::warn!(%job, step, %error, "a checkpoint of a training run was not written down");
        }
    }
}

/// Returns the step of the checkpoint that a line tells of.
fn checkpoint(line: &TrainerLine) -> Option<u64> {
    match line {
        TrainerLine::Checkpoint { step } => Some(*step),
        TrainerLine::Started { step, .. } => Some(*step).filter(|step| *step > 0),
        _ => None,
    }
}

/// Lets a run know what its child said; returns what others are told of it.
fn taken(run: &mut Run, line: TrainerLine, node: NodeId) -> Option<Event> {
    let (config, job) = (run.key, run.order.job);
    match line {
        TrainerLine::Started { step, steps, window, .. } => {
            run.saved = step;
            let started = TrainingStarted {
                config,
                job,
                attempt: run.order.attempt,
                parent: Some(run.order.parent),
                start_step: TrainingSteps(step),
                total_steps: TrainingSteps(steps),
                window_samples: Samples(window.samples),
                node,
            };
            return Some(started.into());
        }
        TrainerLine::Progress { step, steps, losses: parts, learning_rate, samples_per_second, .. } => {
            let (step, total_steps) = (TrainingSteps(step), TrainingSteps(steps));
            let losses = losses(&parts);
            let progress = TrainingProgress {
                config,
                job,
                step,
                total_steps,
                losses,
                learning_rate,
                samples_per_second,
            };
            return Some(progress.into());
        }
        TrainerLine::RolledBack { from_step, to_step, reason, rate_scale } => {
            tracing::warn!(%job, from_step, to_step, reason, rate_scale, "training went bad and was rolled back");
            let (step, back_to) = (TrainingSteps(from_step), TrainingSteps(to_step));
            return Some(TrainingLossAnomaly { config, job, step, back_to, reason, rate_scale }.into());
        }
        TrainerLine::Checkpoint { step } => run.saved = step,
        TrainerLine::Validation { samples, losses } => {
            tracing::info!(%job, samples, loss = losses.total, policy = losses.policy, value = losses.value, "validation");
        }
        TrainerLine::Completed { result } => run.end = Some(RunResult::Completed(Box::new(result))),
        TrainerLine::Stopped { step } => {
            run.saved = step;
            run.end = Some(RunResult::Stopped);
        }
        TrainerLine::Failed { message, retryable, step } => {
            run.saved = step;
            run.end = Some(RunResult::Failed { failure: note(ErrorCode::ChildDied, message), retryable });
        }
    }
    None
}
