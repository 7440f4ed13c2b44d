//! Whole runs on small nets: they learn, they resume bit for bit, they roll back, and bad input is named.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../src/testing.rs"]
mod games;

use std::cell::RefCell;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rr_onnx::{ModelFile, NetSize, Runtime};
use rr_train::{
    GameShard, JobData, JobParent, RunControl, RunEnd, ShardRef, TrainError, TrainedModel, TrainerExit,
    TrainerLine, TrainingJob, run_child, run_training, write_shard,
};

fn runtime() -> Runtime {
    Runtime::load().expect("run `make runtime` before the tests of rr-train")
}

fn shards(folder: &Path, games: u64) -> JobData {
    let shard = |name: &str, seeds| {
        let path = folder.join(name);
        let shard = GameShard { config: "hex8_2p".to_owned(), records: games::records("hex8_2p", seeds) };
        ShardRef { sha256: write_shard(&path, &shard).unwrap(), path }
    };
    JobData::Shards(vec![shard("0.rrs", 0..games / 2), shard("1.rrs", games / 2..games)])
}

fn job(folder: &Path, out: &str, steps: u64) -> TrainingJob {
    let data = shards(folder, 12);
    let mut job = TrainingJob::new("test", "hex8_2p".parse().unwrap(), data, folder.join(out));
    job.net = NetSize::new(1, 8);
    (job.steps, job.batch, job.seed) = (steps, 16, 3);
    job.settings.threads = 1;
    job.settings.checkpoint_every = 8;
    job.settings.report_every = 4;
    job.settings.validation = 0.4;
    job
}

/// Runs a job and returns its lines; the watcher may panic to play a killed process.
fn run_watched(
    job: &TrainingJob,
    watch: impl Fn(&TrainerLine, &AtomicBool),
) -> (Result<RunEnd, TrainError>, Vec<TrainerLine>) {
    let lines = RefCell::new(Vec::new());
    let stop = AtomicBool::new(false);
    let mut tell = |line: &TrainerLine| {
        lines.borrow_mut().push(line.clone());
        watch(line, &stop);
    };
    let mut control = RunControl { stop: &stop, tell: &mut tell, clock: &|| Duration::from_secs(1) };
    let end = run_training(job, &runtime(), &mut control);
    (end, lines.into_inner())
}

fn run(job: &TrainingJob) -> (TrainedModel, Vec<TrainerLine>) {
    match run_watched(job, |_, _| {}) {
        (Ok(RunEnd::Completed(model)), lines) => (*model, lines),
        (end, lines) => panic!("{end:?} after {lines:?}"),
    }
}

/// Dies as a killed process would: in the middle, without a word.
fn kill_at(job: &TrainingJob, step: u64) {
    let died = catch_unwind(AssertUnwindSafe(|| {
        run_watched(job, |line, _| match line {
            TrainerLine::Progress { step: at, .. } if *at >= step => panic!("killed"),
            _ => {}
        })
    }));
    assert!(died.is_err(), "the run ended before step {step}");
}

/// Returns the mean policy loss of the first and of the last eight lines of progress.
fn ends(lines: &[TrainerLine]) -> (f64, f64) {
    let loss = |line: &TrainerLine| match line {
        TrainerLine::Progress { losses, .. } => Some(losses.policy),
        _ => None,
    };
    let losses: Vec<f64> = lines.iter().filter_map(loss).collect();
    let count = losses.len().min(8);
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    (mean(&losses[..count]), mean(&losses[losses.len() - count..]))
}

#[test]
fn a_run_learns_and_leaves_a_model_that_loads() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = job(folder.path(), "out", 160);
    job.settings.schedule.peak = 5e-3;
    job.settings.symmetries = false;
    let (model, lines) = run(&job);
    let (first, last) = ends(&lines);
    assert!(last < first * 0.85, "policy loss from {first} to {last}");
    assert!(matches!(lines[0], TrainerLine::Started { step: 0, steps: 160, .. }));
    assert!(matches!(lines.last().unwrap(), TrainerLine::Completed { .. }));
    assert!(model.validation.is_some());
    let loaded = ModelFile::load(&model.model).unwrap();
    assert_eq!(loaded.card().sha256, model.sha256);
    assert_eq!(loaded.card().origin.training_steps, 160);
    assert_eq!((model.steps, model.samples_used), (160, 160 * 16));
    let text = serde_json::to_string(&lines).unwrap();
    assert_eq!(serde_json::from_str::<Vec<TrainerLine>>(&text).unwrap().len(), lines.len());
}

#[test]
fn a_killed_run_resumes_with_the_same_batches_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, _) = run(&job(folder.path(), "whole", 40));
    // Before the first checkpoint, just behind one, between two, and twice in one run.
    for (name, kills) in [("a", vec![4]), ("b", vec![12]), ("c", vec![20, 36])] {
        let job = job(folder.path(), name, 40);
        for step in kills {
            kill_at(&job, step);
        }
        let (resumed, lines) = run(&job);
        assert_eq!(resumed.sha256, whole.sha256, "killed run {name}");
        let TrainerLine::Started { step, .. } = lines[0] else { panic!() };
        assert_eq!(step % 8, 0);
        assert_eq!(fs::read(resumed.state).unwrap(), fs::read(&whole.state).unwrap());
    }
}

#[test]
fn a_run_that_is_asked_to_stop_leaves_a_checkpoint_and_goes_on_later() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, _) = run(&job(folder.path(), "whole", 24));
    let job = job(folder.path(), "stopped", 24);
    let (end, _) = run_watched(&job, |line, stop| {
        if matches!(line, TrainerLine::Progress { step: 12, .. }) {
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    });
    assert!(matches!(end, Ok(RunEnd::Stopped { step: 12 })), "{end:?}");
    let (resumed, lines) = run(&job);
    assert!(matches!(lines[0], TrainerLine::Started { step: 12, .. }));
    assert_eq!(resumed.sha256, whole.sha256);
    // Once more: nothing is left to train, and the result is the same.
    let (again, lines) = run(&job);
    assert!(matches!(lines[0], TrainerLine::Started { step: 24, .. }));
    assert_eq!(again.sha256, whole.sha256);
}

#[test]
fn a_run_goes_on_from_its_parent() {
    let folder = tempfile::tempdir().unwrap();
    let learner = |out: &str, steps| {
        let mut job = job(folder.path(), out, steps);
        job.settings.schedule.peak = 5e-3;
        job.settings.symmetries = false;
        job
    };
    let (first, lines) = run(&learner("first", 160));
    let mut next = learner("next", 16);
    let mut from = |state: bool| {
        next.out_dir = folder.path().join(format!("next-{state}"));
        next.parent = Some(JobParent {
            model: first.model.clone(),
            sha256: first.sha256.clone(),
            state: state.then(|| first.state.clone()),
        });
        run(&next)
    };
    for state in [true, false] {
        let (model, told) = from(state);
        let (start, after) = (ends(&lines).0, ends(&told).0);
        assert!(after < start * 0.9, "policy loss {after} after the parent, {start} from nothing");
        assert_eq!(model.total_steps, if state { 176 } else { 16 });
        let card = ModelFile::load(&model.model).unwrap();
        assert_eq!(card.card().origin.parent.as_deref(), Some(first.sha256.as_str()));
    }
    fs::write(&first.model, b"other bytes").unwrap();
    next.parent.as_mut().unwrap().state = None;
    next.out_dir = folder.path().join("broken");
    let (end, _) = run_watched(&next, |_, _| {});
    assert!(end.unwrap_err().to_string().contains("the job names"));
}

#[test]
fn a_run_that_goes_bad_rolls_back_says_so_and_gives_up_at_last() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = job(folder.path(), "wild", 200);
    job.settings.schedule.peak = 1e4;
    job.settings.max_rollbacks = 2;
    let (end, lines) = run_watched(&job, |_, _| {});
    let backs: Vec<_> = lines.iter().filter(|l| matches!(l, TrainerLine::RolledBack { .. })).collect();
    assert_eq!(backs.len(), 2, "{lines:?}");
    let TrainerLine::RolledBack { to_step, rate_scale, reason, .. } = backs[1] else { panic!() };
    assert!(to_step % 8 == 0 && *rate_scale == 0.25 && !reason.is_empty());
    let error = end.unwrap_err();
    assert!(error.to_string().contains("training diverged 3 times"), "{error}");
    assert!(!error.is_retryable());
}

#[test]
fn a_checkpoint_of_other_games_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = job(folder.path(), "out", 16);
    run(&job);
    job.seed += 1;
    let (end, _) = run_watched(&job, |_, _| {});
    assert!(end.unwrap_err().to_string().contains("belongs to another run"));
}

fn child(job_file: &Path, stdin: &'static [u8]) -> (TrainerExit, Vec<TrainerLine>) {
    // A pipe that stays open, as the parent's end does, unless the test closes it.
    let (reader, writer) = std::io::pipe().unwrap();
    let keep = (!stdin.is_empty()).then_some(writer);
    let (mut out, stop) = (Vec::new(), Arc::new(AtomicBool::new(false)));
    let exit = run_child(job_file, reader, &mut out, &stop);
    drop(keep);
    let text = String::from_utf8(out).unwrap();
    (exit, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn the_child_process_tells_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.json");
    let job = job(folder.path(), "out", 8);
    job.write(&file).unwrap();
    let (exit, lines) = child(&file, b"open");
    assert_eq!(exit, TrainerExit::Completed);
    let TrainerLine::Completed { result } = lines.last().unwrap() else { panic!("{lines:?}") };
    assert_eq!(result.sha256.len(), 64);
    assert!(result.model.is_file() && result.card.is_file() && result.state.is_file());
}

#[test]
fn a_child_without_a_parent_stops_at_a_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.json");
    job(folder.path(), "out", 100_000).write(&file).unwrap();
    let (exit, lines) = child(&file, b"");
    assert_eq!(exit, TrainerExit::Stopped);
    assert!(matches!(lines.last().unwrap(), TrainerLine::Stopped { .. }), "{lines:?}");
}

#[test]
fn a_child_with_a_wrong_job_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.json");
    let refuse = |text: &str, needle: &str| {
        fs::write(&file, text).unwrap();
        let (exit, lines) = child(&file, b"open");
        assert_eq!(exit, TrainerExit::Refused);
        let TrainerLine::Failed { message, retryable: false, .. } = lines.last().unwrap() else {
            panic!("{lines:?}")
        };
        assert!(message.contains(needle), "{message}");
    };
    let text = serde_json::to_string(&job(folder.path(), "out", 8)).unwrap();
    refuse("{", "the training job is wrong");
    refuse(&text.replace("\"batch\":16", "\"batch\":0"), "`batch` must lie between 1 and 65536");
    refuse(&text.replace("\"batch\":16", "\"batsch\":16"), "batsch");
    refuse(&text.replace("\"format\":1", "\"format\":7"), "format 7");
    refuse(&text.replace("hex8_2p", "hex8_5p"), "5");
    let empty = GameShard { config: "hex8_2p".to_owned(), records: Vec::new() };
    let path = folder.path().join("empty.rrs");
    let sha256 = write_shard(&path, &empty).unwrap();
    let mut none = job(folder.path(), "none", 8);
    none.data = JobData::Shards(vec![ShardRef { path: path.clone(), sha256 }]);
    refuse(&serde_json::to_string(&none).unwrap(), "no games to train on");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
    refuse(&serde_json::to_string(&none).unwrap(), "corrupt");
}
