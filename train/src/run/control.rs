//! What every part of a run needs: who watches it, and how its batches are laid out.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rr_engine::action::SymmetryTable;
use rr_engine::rules::Rules;
use rr_onnx::NetSpec;

use super::job::TrainingJob;
use super::progress::TrainerLine;
use crate::sample::BatchLayout;

/// Connects a run with whoever watches it.
pub struct RunControl<'a> {
    /// Set to ask for a checkpoint and an early end.
    pub stop: &'a AtomicBool,
    /// Takes every line that the run tells.
    pub tell: &'a mut dyn FnMut(&TrainerLine),
    /// Tells the time since some fixed moment, for rates only.
    pub clock: &'a dyn Fn() -> Duration,
}

/// Prepares the batches of a job.
pub(super) fn batch_layout(job: &TrainingJob, spec: &NetSpec) -> BatchLayout {
    let line = usize::from(Rules::for_config(job.config).line_effective);
    let table = SymmetryTable::new(job.config.board, line);
    BatchLayout::new(spec.clone(), table, job.settings.regions, job.settings.search_share as f32)
}
