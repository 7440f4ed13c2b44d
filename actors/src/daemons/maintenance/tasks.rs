//! Doing the tasks, one after the other.

use std::collections::BTreeSet;
use std::time::Duration;

use rr_proto::UnixMillis;
use rr_storage::{Compaction, StoreSnapshot};

use super::due::MaintenanceTask;
use crate::daemons::cleaning::{Cleaner, CleaningFailure, CleaningPolicy, CleaningTask};
use crate::store::StoreAccess;

/// What the tasks work with.
#[derive(Clone)]
pub(super) struct MaintenanceTools {
    pub store: StoreAccess,
    pub cleaner: Cleaner,
    pub policy: CleaningPolicy,
    pub job_keep: Duration,
    pub compact_share: f64,
}

/// What a round did.
#[derive(Debug, Default)]
pub struct MaintenanceRound {
    /// The tasks that were done.
    pub(super) done: Vec<MaintenanceTask>,
    pub(super) files: u64,
    pub(super) freed_bytes: u64,
    pub(super) jobs: u64,
    /// Why the others were not.
    pub(super) failure: Option<String>,
}

impl MaintenanceTools {
    /// Does the tasks; one that fails keeps none of the others from its turn.
    pub async fn work(self, tasks: Vec<MaintenanceTask>, now: UnixMillis) -> MaintenanceRound {
        let mut round = MaintenanceRound::default();
        for task in tasks {
            match self.task(task, now, &mut round).await {
                Ok(true) => round.done.push(task),
                Ok(false) => tracing::debug!(?task, "a maintenance task has to wait for its next chance"),
                Err(failure) => round.failure = Some(format!("{task:?}: {failure}")),
            }
        }
        round
    }

    /// Does a task; returns whether it was done.
    async fn task(
        &self,
        task: MaintenanceTask,
        now: UnixMillis,
        round: &mut MaintenanceRound,
    ) -> Result<bool, CleaningFailure> {
        let kind = match task {
            MaintenanceTask::Runs => CleaningTask::Runs,
            MaintenanceTask::Logs => CleaningTask::Logs,
            MaintenanceTask::Blobs => CleaningTask::Blobs,
            MaintenanceTask::Quarantine => CleaningTask::Quarantine,
            MaintenanceTask::Jobs => {
                round.jobs += self.forget_jobs(now).await?;
                return Ok(true);
            }
            MaintenanceTask::Compaction => return self.compact(round).await,
        };
        let cleaned = self.cleaner.clean(kind, &self.policy).await?;
        round.files += cleaned.files;
        round.freed_bytes += cleaned.bytes;
        Ok(true)
    }

    async fn forget_jobs(&self, now: UnixMillis) -> Result<u64, CleaningFailure> {
        let keep_ms = u64::try_from(self.job_keep.as_millis()).unwrap_or(u64::MAX);
        let before = UnixMillis(now.get().saturating_sub(keep_ms));
        let named = |snapshot: &StoreSnapshot| {
            let champions = snapshot.champions()?.into_iter();
            Ok(champions.filter_map(|champion| champion.row.evaluation).collect::<BTreeSet<_>>())
        };
        let keep = self.store.query("evaluations of champions", named).await?;
        Ok(self.store.commit("forget jobs", move |write| write.trim_jobs(before, &keep)).await?)
    }

    async fn compact(&self, round: &mut MaintenanceRound) -> Result<bool, CleaningFailure> {
        match self.store.compact(self.compact_share).await? {
            Compaction::Done { before, after } => {
                tracing::info!(before, after, "the database file was made smaller");
                round.freed_bytes += before.saturating_sub(after);
                Ok(true)
            }
            Compaction::NotWorthIt { .. } => Ok(true),
            Compaction::Busy => Ok(false),
        }
    }
}
