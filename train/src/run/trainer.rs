//! The loop of a run: step, watch, checkpoint, roll back, measure.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rr_onnx::{Element, NetSpec, OnnxError, ParamTable, Runtime, StepRates, TrainStep};

use super::checkpoint::Checkpoint;
use super::control::{RunControl, batch_layout};
use super::finish;
use super::guard::LossGuard;
use super::job::TrainingJob;
use super::loader::BatchLoader;
use super::loss_parts::LossParts;
use super::outcome::RunEnd;
use super::parent::first_state;
use super::progress::TrainerLine;
use crate::data::{BatchSampler, ReplayData, WindowRequest};
use crate::error::TrainError;

/// Carries out a training job, resuming from the checkpoint in its folder where there is one.
///
/// On one CPU thread the result depends on the job and its games alone: not on interruptions, nor on how often it reports.
///
/// # Errors
/// When the games cannot be read, the network cannot run, the disk is full, or training diverges again and again.
pub fn run_training(
    job: &TrainingJob,
    runtime: &Runtime,
    control: &mut RunControl<'_>,
) -> Result<RunEnd, TrainError> {
    job.check()?;
    let request = WindowRequest {
        config: job.config,
        samples: job.window_samples,
        validation: job.settings.validation,
    };
    let data = ReplayData::load(job.source()?.as_ref(), &request)?;
    let spec = NetSpec::for_board(job.config.board, job.net.clone())?;
    let mut run = Run::open(job, runtime, &spec, &data)?;
    (control.tell)(&TrainerLine::Started {
        job: job.job.clone(),
        step: run.at.step,
        steps: job.steps,
        window: data.summary,
        sample_bytes: (data.training.bytes() + data.validation.bytes()) as u64,
        parameters: ParamTable::new(&spec).total() as u64,
        provider: run.step.provider().used.to_string(),
    });
    let ReplayData { training, validation, summary, .. } = data;
    let layout = batch_layout(job, &spec);
    let symmetries = if job.settings.symmetries { layout.symmetries() as u8 } else { 1 };
    let sampler = BatchSampler::new(job.seed, training.len() as u32, job.batch, symmetries);
    let loader = BatchLoader::start(Arc::new(training), layout, sampler, run.at.batch)?;
    while run.at.step < job.steps {
        if control.stop.load(Ordering::Relaxed) {
            run.checkpoint(control)?;
            return Ok(RunEnd::Stopped { step: run.at.step });
        }
        run.advance(&loader, control)?;
    }
    drop(loader);
    run.checkpoint(control)?;
    let last = run.last_losses;
    finish::finish(job, (run.step, run.at), last, (&validation, summary), control)
        .map(|model| RunEnd::Completed(Box::new(model)))
}

/// A run between two steps.
struct Run<'a> {
    job: &'a TrainingJob,
    step: TrainStep,
    /// Where the run is; its `state` is that of the last good checkpoint.
    at: Checkpoint,
    good_step: u64,
    good_guard: LossGuard,
    losses: LossParts,
    last_losses: LossParts,
    counted: u64,
    since: Option<Duration>,
}

impl<'a> Run<'a> {
    fn open(
        job: &'a TrainingJob,
        runtime: &Runtime,
        spec: &NetSpec,
        data: &ReplayData,
    ) -> Result<Self, TrainError> {
        let fingerprint = job.fingerprint(&data.fingerprint)?;
        let at = match Checkpoint::load(&job.out_dir, &fingerprint)? {
            Some(found) => found,
            None => Checkpoint {
                fingerprint,
                step: 0,
                batch: 0,
                rollbacks: 0,
                rate_scale: 1.0,
                guard: LossGuard::new(job.settings.spike_factor),
                losses: LossParts::default(),
                state: first_state(job, spec)?,
            },
        };
        let options = job.settings.step_options(spec)?;
        let in_f32 = options.graph.compute == Element::F32;
        let step = TrainStep::new(runtime, spec, options, &at.state).map_err(|error| match error {
            OnnxError::NoProvider(reason) if !in_f32 => TrainError::Precision(reason),
            other => other.into(),
        })?;
        let (good_step, good_guard) = (at.step, at.guard.clone());
        let (losses, last_losses) = (LossParts::default(), at.losses);
        Ok(Self { job, step, at, good_step, good_guard, losses, last_losses, counted: 0, since: None })
    }

    /// Makes one step, or goes back where it went bad.
    fn advance(&mut self, loader: &BatchLoader, control: &mut RunControl<'_>) -> Result<(), TrainError> {
        let (number, batch) = loader.next()?;
        let schedule = &self.job.settings.schedule;
        let rate = schedule.rate(self.at.step, self.job.steps) * self.at.rate_scale;
        let ema = schedule.ema(self.step.steps_done());
        self.since.get_or_insert_with(|| (control.clock)());
        let rates = StepRates { learning_rate: rate as f32, ema_decay: ema as f32 };
        let report = match self.step.step(&batch, rates) {
            Ok(report) => report,
            Err(OnnxError::NotFinite { loss, gradient_norm, .. }) => {
                let reason = format!("the loss is {loss}, the norm of the gradient {gradient_norm}");
                return self.roll_back(number, reason, control);
            }
            Err(error) => return Err(error.into()),
        };
        if let Err(reason) = self.at.guard.watch(f64::from(report.total)) {
            return self.roll_back(number, reason, control);
        }
        self.at.step += 1;
        self.at.batch = number + 1;
        self.losses.add(&report);
        self.counted += 1;
        if self.at.step.is_multiple_of(self.job.settings.report_every) || self.at.step == self.job.steps {
            self.report(f64::from(report.gradient_norm), rate, control);
        }
        if self.at.step.is_multiple_of(self.job.settings.checkpoint_every) {
            self.checkpoint(control)?;
        }
        Ok(())
    }

    fn report(&mut self, gradient_norm: f64, learning_rate: f64, control: &mut RunControl<'_>) {
        let now = (control.clock)();
        let seconds = now.saturating_sub(self.since.replace(now).unwrap_or(now)).as_secs_f64();
        let samples = (self.counted * u64::from(self.job.batch)) as f64;
        self.last_losses = self.losses.over(self.counted);
        (control.tell)(&TrainerLine::Progress {
            step: self.at.step,
            steps: self.job.steps,
            losses: self.last_losses,
            gradient_norm,
            learning_rate,
            samples_per_second: if seconds > 0.0 { samples / seconds } else { 0.0 },
        });
        (self.losses, self.counted) = (LossParts::default(), 0);
    }

    /// Saves where the run is; nothing is written when nothing moved since.
    fn checkpoint(&mut self, control: &mut RunControl<'_>) -> Result<(), TrainError> {
        self.at.state = self.step.export()?;
        self.at.losses = self.last_losses;
        self.at.save(&self.job.out_dir)?;
        (self.good_step, self.good_guard) = (self.at.step, self.at.guard.clone());
        (control.tell)(&TrainerLine::Checkpoint { step: self.at.step });
        Ok(())
    }

    /// Goes back to the last good checkpoint, skips the batches since and halves the learning rate.
    ///
    /// The batches are skipped because the same ones would lead to the same place again.
    fn roll_back(
        &mut self,
        bad_batch: u64,
        reason: String,
        control: &mut RunControl<'_>,
    ) -> Result<(), TrainError> {
        let from_step = self.at.step;
        if self.at.rollbacks >= self.job.settings.max_rollbacks {
            return Err(TrainError::Diverged { times: self.at.rollbacks + 1, step: from_step, reason });
        }
        self.at.rollbacks += 1;
        self.at.rate_scale *= 0.5;
        (self.at.step, self.at.guard) = (self.good_step, self.good_guard.clone());
        self.at.batch = bad_batch + 1;
        self.step.import(&self.at.state)?;
        // Saved at once: a run killed now must not meet the bad batches again.
        self.at.save(&self.job.out_dir)?;
        (self.losses, self.counted) = (LossParts::default(), 0);
        let (to_step, rate_scale) = (self.at.step, self.at.rate_scale);
        tracing::warn!(from_step, to_step, reason, rate_scale, "training went bad and is rolled back");
        (control.tell)(&TrainerLine::RolledBack { from_step, to_step, reason, rate_scale });
        Ok(())
    }
}
