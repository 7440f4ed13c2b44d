//! `rr-node train`: a training run by hand, and the child process of the trainer.

use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use rr_config::Settings;
use rr_onnx::{ModelFile, NetSize};
use rr_train::{
    JobData, JobParent, RunControl, RunEnd, TrainError, TrainSettings, TrainedModel, TrainerLine,
    TrainingJob, run_child, run_training,
};

use super::board_args::{BoardArgs, at_least_one};
use super::fleet_play::{onnx_failure, read_model};
use super::stop_signal::stop_on_signal;
use super::task_progress::TaskProgress;
use crate::cli::output::outln;
use crate::cli::{Exit, Failure, OutputFormat};
use crate::node::load_runtime;

/// Options of `rr-node train`.
#[derive(Debug, Args)]
pub struct TrainArgs {
    #[command(flatten)]
    board: BoardArgs,
    /// Games: a shard (*.rrs), a record (*.rrg), or a folder of them
    #[arg(long, value_name = "PATH")]
    data: PathBuf,
    /// Training steps
    #[arg(long, default_value_t = 200)]
    steps: u64,
    /// Folder for the model, its card and checkpoints; a run that was stopped goes on from there (default: trained-CONFIG)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Network to go on from: an .onnx file with its card beside it (default: random weights)
    #[arg(long, value_name = "FILE")]
    parent: Option<PathBuf>,
}

/// Options of the child process.
#[derive(Debug, Args)]
pub struct TrainerChildArgs {
    /// The job file
    #[arg(long, value_name = "FILE")]
    job: PathBuf,
}

impl TrainArgs {
    /// Trains and writes model and card.
    ///
    /// # Errors
    /// Data that cannot be read, a parent that is refused, a run that diverges.
    pub fn run(&self, settings: &Settings, format: OutputFormat) -> Result<Exit, Failure> {
        let job = self.job(settings)?;
        let runtime = load_runtime(settings).map_err(onnx_failure)?;
        let (stop, start) = (stop_on_signal()?, Instant::now());
        let mut progress = TaskProgress::new("training", job.steps);
        let mut tell = |line: &TrainerLine| show(&mut progress, line);
        let mut control = RunControl { stop: &stop, tell: &mut tell, clock: &|| start.elapsed() };
        let ended = run_training(&job, &runtime, &mut control);
        progress.finish();
        match ended.map_err(train_failure)? {
            RunEnd::Completed(model) => {
                print(&model, start.elapsed().as_secs_f64(), format)?;
                Ok(Exit::Done)
            }
            RunEnd::Stopped { step } => {
                eprintln!("stopped at step {step}; the same command goes on from there");
                Ok(Exit::Interrupted)
            }
        }
    }

    fn job(&self, settings: &Settings) -> Result<TrainingJob, Failure> {
        let config = self.board.config()?;
        at_least_one("--steps", self.steps)?;
        if !self.data.exists() {
            let message = format!(
                "{} does not exist; play games with `rr-node selfplay --out DIR` and give that folder",
                self.data.display()
            );
            return Err(Failure::new(Exit::Unreadable, message));
        }
        let out = self.out.clone().unwrap_or_else(|| PathBuf::from(format!("trained-{config}")));
        let section = &settings.training;
        let mut job = TrainingJob::new("by-hand", config, JobData::Path(self.data.clone()), out);
        let shape =
            settings.net.shape().ok_or_else(|| Failure::new(Exit::Config, "net.preset names no preset"))?;
        job.net = NetSize::new(shape.blocks as usize, shape.channels as usize);
        job.steps = self.steps;
        job.batch = section.batch_size;
        job.seed = section.seed;
        job.settings = TrainSettings::from(section).on(&settings.devices);
        if let Some(path) = &self.parent {
            let parent: ModelFile = read_model(path, config)?;
            job.net = parent.card().size.clone();
            job.parent =
                Some(JobParent { model: path.clone(), sha256: parent.card().sha256.clone(), state: None });
        }
        job.check().map_err(train_failure)?;
        Ok(job)
    }
}

impl TrainerChildArgs {
    /// Carries out the job and returns the code of the process; the parent reads JSON lines from the standard output.
    pub fn execute(&self) -> ExitCode {
        match stop_on_signal() {
            Ok(stop) => {
                let exit = run_child(&self.job, std::io::stdin(), &mut stdout().lock(), &stop);
                ExitCode::from(exit as u8)
            }
            Err(failure) => failure.report("rr-node trainer-child"),
        }
    }
}

fn show(progress: &mut TaskProgress, line: &TrainerLine) {
    match line {
        TrainerLine::Started { step, window, parameters, provider, .. } => progress.line(&format!(
            "{} samples of {} games, {parameters} parameters, on {provider}, from step {step}",
            window.samples, window.games
        )),
        TrainerLine::Progress { step, losses, samples_per_second, .. } => {
            let words = format!(
                "loss {:.3} (policy {:.3}, value {:.3}) {samples_per_second:.0} samples/s",
                losses.total, losses.policy, losses.value
            );
            progress.set(*step, &words);
        }
        TrainerLine::RolledBack { from_step, to_step, reason, .. } => {
            progress.line(&format!("step {from_step} went bad ({reason}); back at step {to_step}"));
        }
        TrainerLine::Validation { samples, losses } => progress.line(&format!(
            "on {samples} samples kept back: loss {:.3} (policy {:.3}, value {:.3})",
            losses.total, losses.policy, losses.value
        )),
        TrainerLine::Checkpoint { .. }
        | TrainerLine::Completed { .. }
        | TrainerLine::Stopped { .. }
        | TrainerLine::Failed { .. } => {}
    }
}

fn print(model: &TrainedModel, seconds: f64, format: OutputFormat) -> Result<(), Failure> {
    if !format.print_document(model)? {
        outln!(
            "{} steps in {seconds:.1} s, loss {:.3}: {} (SHA-256 {})",
            model.steps,
            model.losses.total,
            model.model.display(),
            model.sha256
        );
    }
    Ok(())
}

fn train_failure(error: TrainError) -> Failure {
    let exit = match &error {
        TrainError::Onnx(_) => {
            let TrainError::Onnx(error) = error else { return Failure::new(Exit::Software, error) };
            return onnx_failure(error);
        }
        TrainError::Io { .. } => Exit::Io,
        TrainError::Truncated { .. }
        | TrainError::Foreign { .. }
        | TrainError::Version { .. }
        | TrainError::Corrupt { .. }
        | TrainError::Game { .. }
        | TrainError::WrongConfig { .. }
        | TrainError::NoGames { .. }
        | TrainError::NoSamples { .. }
        | TrainError::ForeignCheckpoint { .. } => Exit::Data,
        TrainError::Job(_) => Exit::Usage,
        TrainError::Precision(_) => Exit::Config,
        TrainError::Diverged { .. } | TrainError::LoaderStopped => Exit::Software,
    };
    Failure::new(exit, error)
}
