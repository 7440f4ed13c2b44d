//! Runs training steps and owns the state between them.

use ort::memory::{AllocationDevice, AllocatorType, MemoryInfo, MemoryType};
use ort::session::{IoBinding, Session};
use ort::value::Tensor;

use crate::error::OnnxError;
use crate::graph::Element;
use crate::net::{GraphOptions, LossWeights, MomentDecays, NetSpec, REPORT_LEN, training_graph};
use crate::session::inference::check_len;
use crate::session::state::{DeviceState, STATE};
use crate::session::{OptimizerState, ProviderChoice, Runtime, SessionOptions, StepBatch};

/// The largest loss scale; gradients of this net stay well inside f16 at it.
const MAX_LOSS_SCALE: f32 = 65_536.0;
/// Good steps after which a lowered loss scale is doubled again.
const RAISE_AFTER: u32 = 1_000;

/// Configures a trainer for as long as it lives.
#[derive(Clone, Debug)]
pub struct StepOptions {
    /// How the graph computes.
    pub graph: GraphOptions,
    /// What each part of the loss counts.
    pub weights: LossWeights,
    /// How long AdamW remembers.
    pub decays: MomentDecays,
    /// Region actions per sample that the graph has room for.
    pub regions: usize,
    /// The norm above which a gradient is scaled down.
    pub clip: f32,
    /// AdamW's decay of weights (not of biases).
    pub weight_decay: f32,
    /// Where the session runs.
    pub session: SessionOptions,
}

impl StepOptions {
    /// Trains on the CPU in f32 with the form that is fastest there.
    #[must_use]
    pub fn cpu(spec: &NetSpec, threads: usize) -> Self {
        Self {
            graph: GraphOptions::cpu_training(spec),
            weights: LossWeights::default(),
            decays: MomentDecays::default(),
            regions: 8,
            clip: 1.0,
            weight_decay: 1.0e-2,
            session: SessionOptions::cpu(threads),
        }
    }
}

/// Gives the rates of one step; the schedule is the caller's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepRates {
    /// AdamW's learning rate.
    pub learning_rate: f32,
    /// How much of the averaged weights is kept.
    pub ema_decay: f32,
}

/// Reports the losses of one step, computed before the update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// The weighted sum that is minimised.
    pub total: f32,
    /// Cross-entropy of the policy, averaged over samples that teach one.
    pub policy: f32,
    /// Cross-entropy of the win distribution.
    pub value: f32,
    /// Cross-entropy of the final owner.
    pub owner: f32,
    /// Squared error of the margins.
    pub margins: f32,
    /// Cross-entropy of the next player's policy.
    pub next_policy: f32,
    /// Norm of the gradient before clipping.
    pub gradient_norm: f32,
}

impl StepReport {
    fn new(numbers: &[f32]) -> Result<Self, OnnxError> {
        check_len("report", numbers.len(), REPORT_LEN)?;
        let n = |i: usize| numbers[i];
        Ok(Self {
            total: n(0),
            policy: n(1),
            value: n(2),
            owner: n(3),
            margins: n(4),
            next_policy: n(5),
            gradient_norm: n(6),
        })
    }

    fn is_finite(&self) -> bool {
        self.total.is_finite() && self.gradient_norm.is_finite()
    }
}

/// Trains one net: owns weights and moments, which stay on the device between steps.
///
/// The state lies in two sets of buffers. A step reads one and writes the other, and only a step whose numbers are finite
/// makes the written set the current one.
pub struct TrainStep {
    session: Session,
    binding: IoBinding,
    choice: ProviderChoice,
    spec: NetSpec,
    options: StepOptions,
    current: DeviceState,
    next: DeviceState,
    step: u64,
    loss_scale: f32,
    good_steps: u32,
}

impl TrainStep {
    /// Writes the training graph, opens its session and loads a state.
    ///
    /// # Errors
    /// `Graph`, `NoProvider` or `Session` where the graph cannot run, `Size` where the state is not of this net.
    pub fn new(
        runtime: &Runtime,
        spec: &NetSpec,
        options: StepOptions,
        state: &OptimizerState,
    ) -> Result<Self, OnnxError> {
        let model = training_graph(spec, options.graph, options.weights, options.decays, options.regions)?;
        let (session, choice) = options.session.open(runtime, &model, None)?;
        let len = crate::net::ParamTable::new(spec).total();
        let reserve = || DeviceState::reserve(&session, choice.used, options.session.device, len);
        let (mut current, next) = (reserve()?, reserve()?);
        current.load(state)?;
        let binding = session.create_binding().map_err(OnnxError::session("binding the state"))?;
        let loss_scale = if options.graph.compute == Element::F16 { MAX_LOSS_SCALE } else { 1.0 };
        let spec = spec.clone();
        let step = state.step;
        Ok(Self { session, binding, choice, spec, options, current, next, step, loss_scale, good_steps: 0 })
    }

    /// Returns the provider in use and why others are not.
    #[must_use]
    pub fn provider(&self) -> &ProviderChoice {
        &self.choice
    }

    /// Returns the description of the net.
    #[must_use]
    pub fn spec(&self) -> &NetSpec {
        &self.spec
    }

    /// Returns how many steps have been done.
    #[must_use]
    pub fn steps_done(&self) -> u64 {
        self.step
    }

    /// Copies the state to the host, for a checkpoint or a model file.
    ///
    /// # Errors
    /// `Session` where the copy fails.
    pub fn export(&self) -> Result<OptimizerState, OnnxError> {
        self.current.save(self.step)
    }

    /// Replaces the state, for a resume or a rollback.
    ///
    /// # Errors
    /// `Size` where the state is not of this net.
    pub fn import(&mut self, state: &OptimizerState) -> Result<(), OnnxError> {
        self.current.load(state)?;
        self.step = state.step;
        Ok(())
    }

    /// Learns from one batch.
    ///
    /// In f16 a step that overflows is repeated with a smaller loss scale.
    ///
    /// # Errors
    /// `Size` where the batch does not fit the net, `NotFinite` where the loss or the gradient is not a number: the
    /// state is then the one before the step.
    pub fn step(&mut self, batch: &StepBatch, rates: StepRates) -> Result<StepReport, OnnxError> {
        batch.check(&self.spec)?;
        check_len("the regions of the batch", batch.regions, self.options.regions)?;
        if batch.rows == 0 {
            return Err(OnnxError::Size { what: "the batch".to_owned(), found: 0, needed: 1 });
        }
        loop {
            let report = self.attempt(batch, rates)?;
            if report.is_finite() {
                std::mem::swap(&mut self.current, &mut self.next);
                self.step += 1;
                self.raise_loss_scale();
                return Ok(report);
            }
            if self.options.graph.compute != Element::F16 || self.loss_scale <= 1.0 {
                let (loss, gradient_norm) = (report.total, report.gradient_norm);
                return Err(OnnxError::NotFinite { step: self.step + 1, loss, gradient_norm });
            }
            self.loss_scale /= 4.0;
            self.good_steps = 0;
            tracing::debug!(loss_scale = self.loss_scale, "an f16 step overflowed and is repeated");
        }
    }

    fn raise_loss_scale(&mut self) {
        self.good_steps += 1;
        if self.options.graph.compute == Element::F16 && self.good_steps >= RAISE_AFTER {
            self.loss_scale = (self.loss_scale * 2.0).min(MAX_LOSS_SCALE);
            self.good_steps = 0;
        }
    }

    /// Runs the graph once, from the current state into the next.
    fn attempt(&mut self, batch: &StepBatch, rates: StepRates) -> Result<StepReport, OnnxError> {
        self.bind_batch(batch)?;
        self.bind_state(rates)?;
        let outputs =
            self.session.run_binding(&self.binding).map_err(OnnxError::session("running a training step"))?;
        let report = outputs
            .get("report")
            .ok_or_else(|| OnnxError::Graph("the step returned no report".to_owned()))?;
        let (_, numbers) =
            report.try_extract_tensor::<f32>().map_err(OnnxError::session("reading the report"))?;
        StepReport::new(numbers)
    }

    fn bind_batch(&mut self, batch: &StepBatch) -> Result<(), OnnxError> {
        let doing = "binding a batch";
        let shape = |sizes: &[usize]| [&[batch.rows][..], sizes].concat();
        // Owned copies: `ort` 2.0.0-rc.15 waits for itself for ever where a borrowed tensor is bound.
        for (name, values, sizes) in batch.floats(&self.spec) {
            let tensor =
                Tensor::from_array((shape(&sizes), values.to_vec())).map_err(OnnxError::session(doing))?;
            self.binding.bind_input(name, &tensor).map_err(OnnxError::session(doing))?;
        }
        for (name, values, sizes) in batch.masks(&self.spec) {
            let tensor =
                Tensor::from_array((shape(&sizes), values.to_vec())).map_err(OnnxError::session(doing))?;
            self.binding.bind_input(name, &tensor).map_err(OnnxError::session(doing))?;
        }
        Ok(())
    }

    fn bind_state(&mut self, rates: StepRates) -> Result<(), OnnxError> {
        let doing = "binding the state";
        let hyper = vec![
            rates.learning_rate,
            (self.step + 1) as f32,
            rates.ema_decay,
            self.loss_scale,
            self.options.clip,
            self.options.weight_decay,
        ];
        let hyper = Tensor::from_array(([hyper.len()], hyper)).map_err(OnnxError::session(doing))?;
        self.binding.bind_input("hyper", &hyper).map_err(OnnxError::session(doing))?;
        for (i, name) in STATE.into_iter().enumerate() {
            self.binding.bind_input(name, &self.current.vectors[i]).map_err(OnnxError::session(doing))?;
            let target = self.next.vectors[i].view_mut();
            self.binding.bind_output(format!("{name}_new"), target).map_err(OnnxError::session(doing))?;
        }
        let host = MemoryInfo::new(AllocationDevice::CPU, 0, AllocatorType::Device, MemoryType::CPUOutput);
        let host = host.map_err(OnnxError::session(doing))?;
        self.binding.bind_output_to_device("report", &host).map_err(OnnxError::session(doing))
    }
}

impl std::fmt::Debug for TrainStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TrainStep")
            .field("step", &self.step)
            .field("choice", &self.choice)
            .finish_non_exhaustive()
    }
}
