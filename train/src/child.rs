//! The child process that trains, so that a driver fault or an out-of-memory costs one attempt and not the node.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Builder;
use std::time::Instant;

use rr_onnx::Runtime;

use crate::error::TrainError;
use crate::run::{RunControl, RunEnd, TrainerLine, TrainingJob, run_training};

/// Says how the child process ended; its number is the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainerExit {
    /// The run is complete: the last line is `completed`.
    Completed = 0,
    /// The run failed and another attempt could end better.
    Failed = 1,
    /// The job or its data are wrong: another attempt would end the same.
    Refused = 65,
    /// The run was asked to stop: the last line is `stopped`, and the same job file resumes it.
    Stopped = 75,
}

/// Carries out the job in a file and tells every step of it as JSON lines on `out`.
///
/// The last line is `completed`, `stopped` or `failed`. The run stops at a checkpoint once `stop` is set or `watched` ends: the
/// parent holds the other end of `watched` (the child's standard input) open, so that no child outlives its parent.
pub fn run_child(
    job_file: &Path,
    watched: impl Read + Send + 'static,
    out: &mut dyn Write,
    stop: &Arc<AtomicBool>,
) -> TrainerExit {
    let mut saved = 0;
    let mut tell = |line: &TrainerLine| {
        if let TrainerLine::Started { step, .. } | TrainerLine::Checkpoint { step } = line {
            saved = *step;
        }
        // Nobody reads any more: the parent is gone, and the run goes with it.
        if write_line(out, line).is_err() {
            stop.store(true, Ordering::Relaxed);
        }
    };
    match watch(watched, Arc::clone(stop)).and_then(|()| run(job_file, stop, &mut tell)) {
        Ok(RunEnd::Completed(_)) => TrainerExit::Completed,
        Ok(RunEnd::Stopped { step }) => {
            tell(&TrainerLine::Stopped { step });
            TrainerExit::Stopped
        }
        Err(error) => {
            let retryable = error.is_retryable();
            let line = TrainerLine::Failed { message: error.to_string(), retryable, step: saved };
            let _ = write_line(out, &line);
            if retryable { TrainerExit::Failed } else { TrainerExit::Refused }
        }
    }
}

fn run(job_file: &Path, stop: &AtomicBool, tell: &mut dyn FnMut(&TrainerLine)) -> Result<RunEnd, TrainError> {
    let job = TrainingJob::read(job_file)?;
    let runtime = Runtime::load()?;
    let start = Instant::now();
    run_training(&job, &runtime, &mut RunControl { stop, tell, clock: &|| start.elapsed() })
}

/// Sets `stop` when the parent closes its end.
fn watch(mut watched: impl Read + Send + 'static, stop: Arc<AtomicBool>) -> Result<(), TrainError> {
    let wait = move || {
        let mut sink = [0; 64];
        // Whatever the parent writes means nothing; only the end does.
        while matches!(watched.read(&mut sink), Ok(n) if n > 0) {}
        stop.store(true, Ordering::Relaxed);
    };
    let thread = Builder::new().name("parent-watch".to_owned()).spawn(wait);
    thread.map(|_| ()).map_err(TrainError::io("start a thread for", "the parent's watch".as_ref()))
}

/// Writes one line and hands it over at once.
fn write_line(out: &mut dyn Write, line: &TrainerLine) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")?;
    out.flush()
}
