//! The kinds of things that can go, and how long each is kept.

use std::time::Duration;

use rr_config::{KeepingSection, StorageSection};

/// The age from which things go while the disk is short.
const SHORT: Duration = Duration::from_secs(3_600);

/// Names a kind of things that can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CleaningTask {
    /// Files in the blob store that nothing refers to.
    Blobs,
    /// Folders of training runs that nothing refers to.
    Runs,
    /// Damaged files.
    Quarantine,
    /// Log files.
    Logs,
}

impl CleaningTask {
    /// All kinds, in the order in which they go: first what is of no use to anybody, last what a person may want to read.
    pub const ALL: [Self; 4] = [Self::Blobs, Self::Runs, Self::Quarantine, Self::Logs];

    /// Returns the name used in events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blobs => "unreferenced blobs",
            Self::Runs => "ended runs",
            Self::Quarantine => "quarantine",
            Self::Logs => "logs",
        }
    }
}

/// Says how long things are kept that can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CleaningPolicy {
    /// Blobs that nothing refers to: as long as a reference may still be on its way.
    pub blobs: Duration,
    /// Folders of runs, after the last change in them.
    pub runs: Duration,
    /// Damaged files.
    pub quarantine: Duration,
    /// Log files, after their last change.
    pub logs: Duration,
}

impl CleaningPolicy {
    /// Takes the ages from the configuration.
    pub fn new(storage: &StorageSection, keeping: &KeepingSection) -> Self {
        let days = |days: u64| Duration::from_secs(days.saturating_mul(86_400));
        Self {
            blobs: Duration::from_secs(storage.blob_grace_seconds),
            runs: Duration::from_secs(keeping.run_keep_hours.saturating_mul(3_600)),
            quarantine: days(keeping.quarantine_keep_days),
            logs: days(keeping.log_keep_days),
        }
    }

    /// Returns the policy while the disk is so short that work is held. The grace of blobs stays: a reference that is on its way does not
    /// come sooner for it.
    #[must_use]
    pub fn while_short(self) -> Self {
        Self {
            blobs: self.blobs,
            runs: self.runs.min(SHORT),
            quarantine: self.quarantine.min(SHORT),
            logs: self.logs.min(SHORT),
        }
    }

    /// Returns how long things of a kind are kept.
    pub fn keep(&self, task: CleaningTask) -> Duration {
        match task {
            CleaningTask::Blobs => self.blobs,
            CleaningTask::Runs => self.runs,
            CleaningTask::Quarantine => self.quarantine,
            CleaningTask::Logs => self.logs,
        }
    }
}
