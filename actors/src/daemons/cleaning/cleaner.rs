//! Taking away what can go.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rr_proto::JobId;
use rr_storage::{BlobStore, DataLayout, StorageError};

use super::cleaned::Cleaned;
use super::old_files::{delete_files, delete_folders};
use super::policy::{CleaningPolicy, CleaningTask};
use crate::clock::Clock;
use crate::error::StoreFailure;
use crate::leader::config::runs_at_work;
use crate::store::StoreAccess;

/// Why a cleaning stopped; what it had taken away by then is gone.
#[derive(Debug, thiserror::Error)]
pub enum CleaningFailure {
    /// What is referred to could not be read, so nothing was touched.
    #[error("what is referred to could not be read ({0}); nothing was deleted")]
    Store(#[from] StoreFailure),
    /// A blob could not be deleted.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A file could not be deleted.
    #[error("{what}: {source}; check the permissions of the data folder")]
    Io {
        /// The kind of things.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The thread that deletes was lost.
    #[error("the thread that deletes was lost")]
    Lost,
}

/// Takes away what can go; cheap to clone.
#[derive(Clone)]
pub struct Cleaner {
    /// Says what is referred to.
    pub store: StoreAccess,
    /// Files named by their hash.
    pub blobs: Arc<BlobStore>,
    /// Where the rest lies.
    pub layout: DataLayout,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Cleaner {
    /// Takes away the things of one kind that are older than the policy keeps them.
    ///
    /// # Errors
    /// [`CleaningFailure`]; where it is the store, nothing was touched.
    pub async fn clean(
        &self,
        task: CleaningTask,
        policy: &CleaningPolicy,
    ) -> Result<Cleaned, CleaningFailure> {
        let before = self.now().checked_sub(policy.keep(task)).unwrap_or(UNIX_EPOCH);
        match task {
            CleaningTask::Blobs => self.blobs(before).await,
            CleaningTask::Runs => self.runs(before).await,
            CleaningTask::Quarantine => {
                let folder = self.layout.quarantine();
                on_disk(task, move || delete_files(&folder, before)).await
            }
            CleaningTask::Logs => {
                let folder = self.layout.logs();
                on_disk(task, move || delete_files(&folder, before)).await
            }
        }
    }

    async fn blobs(&self, before: SystemTime) -> Result<Cleaned, CleaningFailure> {
        // `before` was taken before the list: what is put meanwhile is younger.
        let live = self.store.query("live blobs", |snapshot| snapshot.live_blobs()).await?;
        let blobs = Arc::clone(&self.blobs);
        let collect = move || blobs.collect(&live, before);
        let report = tokio::task::spawn_blocking(collect).await.map_err(|_| CleaningFailure::Lost)??;
        Ok(Cleaned { files: report.deleted, bytes: report.freed_bytes })
    }

    async fn runs(&self, before: SystemTime) -> Result<Cleaned, CleaningFailure> {
        let at_work = |snapshot: &rr_storage::StoreSnapshot| {
            let open = snapshot.open_jobs()?.into_iter().map(|job| job.id);
            Ok(runs_at_work(snapshot)?.map(|runs| runs.into_iter().chain(open).collect::<BTreeSet<JobId>>()))
        };
        let Some(at_work) = self.store.query("runs at work", at_work).await? else {
            tracing::warn!("the loop's state is of another version: no folder of a run is deleted");
            return Ok(Cleaned::default());
        };
        let folder = self.layout.runs();
        let ended = move |name: &str| name.parse().is_ok_and(|job: JobId| !at_work.contains(&job));
        on_disk(CleaningTask::Runs, move || delete_folders(&folder, before, ended)).await
    }

    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.clock.unix_ms())
    }
}

async fn on_disk(
    task: CleaningTask,
    work: impl FnOnce() -> io::Result<Cleaned> + Send + 'static,
) -> Result<Cleaned, CleaningFailure> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| CleaningFailure::Lost)?;
    done.map_err(|source| CleaningFailure::Io { what: task.name(), source })
}
