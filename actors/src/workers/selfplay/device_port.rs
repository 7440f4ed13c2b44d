//! Answers the batches of a fleet through a device actor.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rr_engine::selfplay::EvalBatch;
use rr_proto::ModelId;
use tokio::runtime::Handle;

use super::failure::WorkerFailure;
use super::runner::InferencePort;
use crate::devices::{DeviceClient, InferAnswers, PendingInfer};
use crate::error::DeviceFailure;

/// Pause before a batch is submitted again.
const RETRY_AFTER: Duration = Duration::from_millis(50);
/// Submissions of one batch while the device restarts: ten seconds of them.
const RETRIES: u32 = 200;
/// Submissions of one batch to a session that fails.
const RUN_RETRIES: u32 = 3;

/// Submits batches to a device; loads models, and submits again what a restart of the device or a lack of memory refused.
///
/// It blocks: use it on a thread of its own.
pub struct DevicePort {
    device: DeviceClient,
    runtime: Handle,
    models: Vec<ModelId>,
    stop: Arc<AtomicBool>,
}

impl DevicePort {
    /// Makes a port without models; `stop` ends its waits.
    pub fn new(device: DeviceClient, runtime: Handle, stop: Arc<AtomicBool>) -> Self {
        Self { device, runtime, models: Vec::new(), stop }
    }

    /// Loads a model and gives it the next place.
    ///
    /// # Errors
    /// What the device or the store says.
    pub fn add_model(&mut self, model: ModelId) -> Result<(), DeviceFailure> {
        let mut tries = 0;
        while let Err(failure) = self.load(model) {
            // Memory may be short for long; the games wait.
            tries += u32::from(!matches!(failure, DeviceFailure::Paused { .. }));
            let passing = is_passing(&failure) || matches!(failure, DeviceFailure::Paused { .. });
            if !passing || tries >= RETRIES || self.stop.load(Ordering::Relaxed) {
                return Err(failure);
            }
            std::thread::sleep(RETRY_AFTER);
        }
        self.models.push(model);
        Ok(())
    }

    fn load(&self, model: ModelId) -> Result<(), DeviceFailure> {
        self.runtime.block_on(self.device.load(model)).map(drop)
    }

    fn send(
        &self,
        model: usize,
        batch: &Arc<EvalBatch>,
        answers: InferAnswers,
    ) -> Result<PendingInfer, DeviceFailure> {
        // A place without a model is a defect of the caller, which the device cannot know.
        let model = *self.models.get(model).ok_or(DeviceFailure::Lost)?;
        self.device.submit(model, batch, answers)
    }

    /// Decides what to do about a failure; returns it when there is nothing to be done, else whether the try counts.
    fn recover(&self, model: usize, failure: DeviceFailure, tries: u32) -> Result<bool, DeviceFailure> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(DeviceFailure::Stopping);
        }
        let load = || match self.models.get(model).map(|model| self.load(*model)) {
            Some(Err(DeviceFailure::Paused { .. })) => {
                std::thread::sleep(RETRY_AFTER);
                Ok(false)
            }
            Some(Err(failure)) if !is_passing(&failure) => Err(failure),
            _ => Ok(true),
        };
        match failure {
            DeviceFailure::NotLoaded { .. } if tries < RETRIES => load(),
            DeviceFailure::Run { .. } if tries < RUN_RETRIES => load(),
            // Memory may be short for long; the games wait.
            DeviceFailure::Busy { .. } | DeviceFailure::Paused { .. } => {
                std::thread::sleep(RETRY_AFTER);
                Ok(false)
            }
            failure if is_passing(&failure) && tries < RETRIES => {
                std::thread::sleep(RETRY_AFTER);
                Ok(true)
            }
            failure => Err(failure),
        }
    }
}

impl InferencePort for DevicePort {
    type Ticket = Result<PendingInfer, DeviceFailure>;

    fn submit(&mut self, model: usize, batch: &Arc<EvalBatch>, answers: InferAnswers) -> Self::Ticket {
        self.send(model, batch, answers)
    }

    fn wait(
        &mut self,
        model: usize,
        batch: &Arc<EvalBatch>,
        ticket: Self::Ticket,
    ) -> Result<InferAnswers, WorkerFailure> {
        let mut answered = ticket.and_then(PendingInfer::wait_blocking);
        let mut tries = 0;
        loop {
            let failure = match answered {
                Ok(answers) => return Ok(answers),
                Err(failure) => failure,
            };
            tries += u32::from(self.recover(model, failure, tries + 1)?);
            let sent = self.send(model, batch, InferAnswers::default());
            answered = sent.and_then(PendingInfer::wait_blocking);
        }
    }
}

/// Says whether a failure is gone when the device or the store has restarted.
fn is_passing(failure: &DeviceFailure) -> bool {
    matches!(
        failure,
        DeviceFailure::Lost
            | DeviceFailure::Stopping
            | DeviceFailure::LaneEnded
            | DeviceFailure::Unreachable(_)
            | DeviceFailure::NotLoaded { .. }
            | DeviceFailure::Store(crate::error::StoreFailure::Unreachable(_))
    )
}
