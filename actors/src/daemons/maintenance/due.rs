//! When each task is due: a pure function of when it was done last.

use std::collections::BTreeMap;
use std::time::Duration;

use rr_proto::UnixMillis;
use rr_storage::StoredValue;
use serde::{Deserialize, Serialize};

const HOUR: Duration = Duration::from_secs(3_600);

/// Names a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaintenanceTask {
    /// Folders of ended runs.
    Runs,
    /// Log files.
    Logs,
    /// Blobs that nothing refers to.
    Blobs,
    /// Damaged files.
    Quarantine,
    /// Rows of ended jobs.
    Jobs,
    /// The database file.
    Compaction,
}

impl MaintenanceTask {
    /// All tasks, in the order in which they are done: the compaction last, after what the others made free.
    pub const ALL: [Self; 6] =
        [Self::Runs, Self::Logs, Self::Blobs, Self::Quarantine, Self::Jobs, Self::Compaction];

    /// Returns the time between two turns.
    pub const fn every(self) -> Duration {
        match self {
            Self::Runs | Self::Logs => HOUR,
            Self::Blobs | Self::Quarantine | Self::Jobs => Duration::from_secs(24 * HOUR.as_secs()),
            Self::Compaction => Duration::from_secs(7 * 24 * HOUR.as_secs()),
        }
    }
}

/// Remembers when each task was done last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceDone {
    last: BTreeMap<MaintenanceTask, UnixMillis>,
}

impl StoredValue for MaintenanceDone {
    const NAME: &'static str = "times of maintenance";
    const VERSION: u16 = 1;
}

impl MaintenanceDone {
    /// Lists the tasks that are due, in their order; one that was never done is due.
    ///
    /// A clock that was set back makes nothing due before its time has come again, and never forever: a time that lies ahead counts as none.
    pub fn due(&self, now: UnixMillis) -> Vec<MaintenanceTask> {
        let due = |task: &MaintenanceTask| {
            self.last.get(task).is_none_or(|last| *last > now || now.since(*last) >= task.every())
        };
        MaintenanceTask::ALL.into_iter().filter(due).collect()
    }

    /// Notes that a task was done.
    pub fn done(&mut self, task: MaintenanceTask, now: UnixMillis) {
        self.last.insert(task, now);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hours(hours: u64) -> UnixMillis {
        UnixMillis(1_000_000 + hours * 3_600_000)
    }

    #[test]
    fn each_task_has_its_turn() {
        let mut done = MaintenanceDone::default();
        assert_eq!(done.due(hours(0)), MaintenanceTask::ALL, "none was ever done");
        MaintenanceTask::ALL.into_iter().for_each(|task| done.done(task, hours(0)));
        assert!(done.due(hours(0)).is_empty());
        assert_eq!(done.due(hours(1)), [MaintenanceTask::Runs, MaintenanceTask::Logs]);
        assert_eq!(done.due(hours(24)).len(), 5);
        assert_eq!(done.due(hours(7 * 24)), MaintenanceTask::ALL);
        assert_eq!(done.due(UnixMillis(5)), MaintenanceTask::ALL, "the clock was wrong");
    }

    proptest! {
        #[test]
        fn who_always_does_what_is_due_does_each_task_in_its_rhythm(step in 1u64..600, looks in 10u64..400) {
            let mut done = MaintenanceDone::default();
            let mut counts = BTreeMap::new();
            for look in 0..looks {
                let now = UnixMillis(look * step * 60_000);
                for task in done.due(now) {
                    done.done(task, now);
                    *counts.entry(task).or_insert(0u64) += 1;
                }
            }
            let span = Duration::from_secs((looks - 1) * step * 60);
            for task in MaintenanceTask::ALL {
                let most = span.as_secs() / task.every().as_secs() + 1;
                prop_assert!((1..=most).contains(&counts[&task]), "{task:?}: {counts:?}");
            }
        }
    }
}
