//! The end of a run: measuring the averaged weights and writing the model.

use rr_onnx::{OptimizerState, StepRates, TrainStep};

use super::checkpoint::Checkpoint;
use super::control::{RunControl, batch_layout};
use super::job::TrainingJob;
use super::loss_parts::LossParts;
use super::outcome::TrainedModel;
use super::progress::TrainerLine;
use crate::data::{Draw, WindowSummary};
use crate::error::TrainError;
use crate::sample::SampleArena;

/// Samples that are measured at most.
const MEASURED: usize = 4096;

/// Name of the file with the weights and moments that a run leaves behind.
const STATE: &str = "state.rrc";

/// Measures and writes the model of a run that made all its steps.
pub(super) fn finish(
    job: &TrainingJob,
    (mut step, at): (TrainStep, Checkpoint),
    losses: LossParts,
    (validation, window): (&SampleArena, WindowSummary),
    control: &mut RunControl<'_>,
) -> Result<TrainedModel, TrainError> {
    let state = step.export()?;
    let measured = measure(job, &mut step, &state, validation)?;
    if let Some(losses) = measured {
        let samples = validation.len().min(MEASURED) as u64;
        (control.tell)(&TrainerLine::Validation { samples, losses });
    }
    let samples_used = at.batch * u64::from(job.batch);
    let files = super::publish::publish(job, step.spec(), &state, samples_used, (window, losses, measured))?;
    let path = job.out_dir.join(STATE);
    Checkpoint { fingerprint: files.sha256.clone(), state, ..at.clone() }.write(&path)?;
    let result = TrainedModel {
        job: job.job.clone(),
        model: files.model,
        sha256: files.sha256,
        card: files.card,
        state: path,
        steps: at.step,
        total_steps: step.steps_done(),
        samples_used,
        losses,
        validation: measured,
        rollbacks: at.rollbacks,
    };
    (control.tell)(&TrainerLine::Completed { result: result.clone() });
    Ok(result)
}

/// Computes the losses of the averaged weights; a step at rate zero computes them and moves nothing.
fn measure(
    job: &TrainingJob,
    step: &mut TrainStep,
    state: &OptimizerState,
    validation: &SampleArena,
) -> Result<Option<LossParts>, TrainError> {
    let samples = validation.len().min(MEASURED) as u32;
    if samples == 0 {
        return Ok(None);
    }
    step.import(&OptimizerState { parameters: state.average.clone(), ..state.clone() })?;
    let layout = batch_layout(job, step.spec());
    let draws: Vec<Draw> = (0..samples).map(|sample| Draw { sample, symmetry: 0 }).collect();
    let (mut sum, mut rows) = (LossParts::default(), 0.0);
    for chunk in draws.chunks(job.batch as usize) {
        let report =
            step.step(&layout.write(validation, chunk), StepRates { learning_rate: 0.0, ema_decay: 1.0 })?;
        let mut parts = LossParts::default();
        parts.add(&report);
        sum.add_scaled(&parts, chunk.len() as f64);
        rows += chunk.len() as f64;
    }
    step.import(state)?;
    Ok(Some(sum.scaled(1.0 / rows)))
}
