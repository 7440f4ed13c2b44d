//! The jobs of a worker as the store knows them: what waits, what runs, how it ended.

use std::sync::Arc;

use rr_proto::{ConfigKey, Event, JobId, TrainingSteps, UnixMillis};
use rr_storage::{CheckpointRow, JobKind, JobRow, JobState, StorageError, StoreWrite};

use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::error::{BusFailure, StoreFailure};
use crate::store::StoreAccess;

/// Names a job with what is known of it before it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobEntry {
    /// The job.
    pub id: JobId,
    /// For which config.
    pub config: ConfigKey,
    /// The attempt, from 1.
    pub attempt: u32,
}

/// Writes the jobs of one kind down; cheap to clone.
#[derive(Clone)]
pub struct JobBook {
    kind: JobKind,
    store: StoreAccess,
    publisher: EventPublisher,
    clock: Arc<dyn Clock>,
}

impl JobBook {
    /// Keeps the jobs of a kind in `store`.
    pub fn new(
        kind: JobKind,
        store: &StoreAccess,
        publisher: &EventPublisher,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let (store, publisher, clock) = (store.clone(), publisher.clone(), Arc::clone(clock));
        Self { kind, store, publisher, clock }
    }

    /// Returns a job as it is stored.
    ///
    /// # Errors
    /// The store's.
    pub async fn stored(&self, job: JobId) -> Result<Option<JobRow>, StoreFailure> {
        self.store.query("job", move |snapshot| snapshot.job(job)).await
    }

    /// Notes that a job waits or runs; returns false, and changes nothing, for one that has ended.
    ///
    /// # Errors
    /// The store's.
    pub async fn note(&self, entry: JobEntry, state: JobState) -> Result<bool, StoreFailure> {
        let Some(row) = self.next(entry, state).await? else { return Ok(false) };
        self.store.commit("job", move |write| write.put_job(&row)).await?;
        Ok(true)
    }

    /// Changes a job in one transaction with the event that tells of it; returns false, and does nothing, for one that has ended.
    ///
    /// # Errors
    /// The store's, which refuses where the job ended a moment ago.
    pub async fn tell(&self, entry: JobEntry, state: JobState, event: Event) -> Result<bool, BusFailure> {
        let Some(row) = self.next(entry, state).await? else { return Ok(false) };
        let staged = self.publisher.stage(event, None)?;
        let work = move |write: &mut StoreWrite| -> Result<(), StorageError> {
            write.put_job(&row)?;
            if state.is_final() {
                let _ = write.drop_checkpoint(row.id)?; // its files went with the folder of the run
            }
            let _ = staged.append(write)?;
            Ok(())
        };
        self.store.commit("job and its event", work).await?;
        Ok(true)
    }

    /// Notes the newest checkpoint of a job, whose files lie in the folder of its run.
    ///
    /// # Errors
    /// The store's.
    pub async fn checkpoint(&self, job: JobId, step: TrainingSteps) -> Result<(), StoreFailure> {
        let row = CheckpointRow { job, step, blobs: Vec::new(), created_at: self.now() };
        self.store.put_checkpoint(row).await.map(drop)
    }

    /// Returns the row that a job is to have; none where it has ended.
    async fn next(&self, entry: JobEntry, state: JobState) -> Result<Option<JobRow>, StoreFailure> {
        let updated_at = self.now();
        let before = self.stored(entry.id).await?;
        if before.as_ref().is_some_and(|row| row.state.is_final()) {
            return Ok(None);
        }
        let new = || JobRow {
            id: entry.id,
            kind: self.kind,
            config: entry.config,
            state,
            attempt: entry.attempt,
            created_at: updated_at,
            updated_at,
            detail: Vec::new(),
        };
        let row = before.unwrap_or_else(new);
        Ok(Some(JobRow { state, attempt: entry.attempt, updated_at, ..row }))
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.unix_ms())
    }
}
