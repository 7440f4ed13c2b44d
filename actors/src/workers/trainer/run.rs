//! The run at work, from its order to its end.

use rr_cluster::TrainingOrder;
use rr_proto::{ConfigKey, FailureNote, UnixMillis};
use rr_train::TrainedModel;
use tracing::Span;

use super::child::RunningChild;
use super::run_folder::RunFolder;
use super::status::TrainingStatus;
use crate::workers::JobEntry;

/// A run that is at work.
pub(super) struct Run {
    pub key: ConfigKey,
    pub order: TrainingOrder,
    pub folder: RunFolder,
    /// What is done and told for the run belongs to it.
    pub span: Span,
    pub started: UnixMillis,
    pub child: Option<RunningChild>,
    /// The last step that a checkpoint holds.
    pub saved: u64,
    /// How far its child is; none before its first word.
    pub status: Option<TrainingStatus>,
    pub end: Option<RunResult>,
    /// Whether its result is being stored.
    pub recording: bool,
}

impl Run {
    /// Names its job.
    pub fn entry(&self) -> JobEntry {
        JobEntry { id: self.order.job, config: self.key, attempt: self.order.attempt }
    }
}

/// How a run ended.
pub(super) enum RunResult {
    Completed(Box<TrainedModel>),
    Stopped,
    Failed { failure: FailureNote, retryable: bool },
}
