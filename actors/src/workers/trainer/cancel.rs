//! Calling a run off: written down first, then dropped.

use rr_proto::{ErrorCode, JobId, TrainingFailed, TrainingSteps};
use rr_storage::JobState;

use super::actor::{TrainerState, entry_of};
use super::outcome::note;
use super::run_folder::RunFolder;
use crate::workers::{CancelFailure, JobEntry};

impl TrainerState {
    /// Ends a run that is at work, waits here, or waits for its next attempt; what it has is dropped.
    ///
    /// # Errors
    /// [`CancelFailure`]; the run goes on as before.
    pub(super) async fn cancel(&mut self, job: JobId) -> Result<(), CancelFailure> {
        if self.is_recording(job) {
            return Err(CancelFailure::Recording { job });
        }
        let (entry, saved) = match self.in_hand(job) {
            Some(in_hand) => in_hand,
            None => {
                let row = self.book.stored(job).await?.ok_or(CancelFailure::Unknown { job })?;
                (JobEntry { id: row.id, config: row.config, attempt: row.attempt }, 0)
            }
        };
        let event = TrainingFailed {
            config: entry.config,
            job,
            attempt: entry.attempt,
            checkpoint_step: TrainingSteps(saved),
            will_retry: false,
            failure: note(ErrorCode::Cancelled, "an operator called it off"),
        };
        if !self.book.tell(entry, JobState::Cancelled, event.into()).await? {
            return Err(CancelFailure::Ended { job });
        }
        tracing::warn!(%job, config = %entry.config, "a training run was called off");
        self.drop_run(job).await;
        RunFolder::new(&self.args.layout, job).remove();
        self.next();
        Ok(())
    }

    /// Tells whether the result of a run is being stored.
    fn is_recording(&self, job: JobId) -> bool {
        self.run.as_ref().is_some_and(|run| run.order.job == job && run.recording)
    }

    /// Returns a run that is at work or waits here, and the last step that a checkpoint of it holds.
    fn in_hand(&self, job: JobId) -> Option<(JobEntry, u64)> {
        if let Some(run) = self.run.as_ref().filter(|run| run.order.job == job) {
            return Some((run.entry(), run.saved));
        }
        let (config, order) = self.waiting.iter().find(|(_, order)| order.job == job)?;
        Some((entry_of(*config, *order)?, 0))
    }

    /// Lets go of a run, its process and its place in the queue.
    async fn drop_run(&mut self, job: JobId) {
        self.waiting.retain(|(_, order)| order.job != job);
        let run = self.run.take_if(|run| run.order.job == job);
        if let Some(child) = run.and_then(|run| run.child) {
            child.kill().await;
        }
    }
}
