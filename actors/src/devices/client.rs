//! What others hold of a device.

use std::sync::Arc;
use std::time::Duration;

use rr_engine::selfplay::EvalBatch;
use rr_onnx::ProviderChoice;
use rr_proto::ModelId;

use super::actor::DeviceMsg;
use super::batch::{InferAnswers, PendingInfer};
use super::report::DeviceReport;
use crate::error::DeviceFailure;
use crate::store::StoreAccess;
use crate::supervision::Address;

/// How long a model may take to load: an accelerator's compiler may be at work.
const LOAD_PATIENCE: Duration = Duration::from_secs(600);
/// How long a device may take to describe itself.
const REPORT_PATIENCE: Duration = Duration::from_secs(5);

/// Loads models on a device and submits batches to it; cheap to clone.
#[derive(Debug, Clone)]
pub struct DeviceClient {
    device: Address<DeviceMsg>,
    store: StoreAccess,
}

impl DeviceClient {
    /// Reaches the device at `device`; cards of models come from `store`.
    pub fn new(device: Address<DeviceMsg>, store: StoreAccess) -> Self {
        Self { device, store }
    }

    /// Sees to it that a recorded model is loaded, and returns the provider it runs on. Call it before the first batch, and again
    /// after `NotLoaded`: the device may have restarted, or needed the room.
    ///
    /// # Errors
    /// `UnknownModel` where no such model is recorded, `BadModel` where its file is refused, else the store's or the address's.
    pub async fn load(&self, model: ModelId) -> Result<ProviderChoice, DeviceFailure> {
        let row = self.store.query("model card", move |snapshot| snapshot.model(model)).await?;
        let card = row.ok_or(DeviceFailure::UnknownModel { model })?.card_json;
        self.device.call(|reply| DeviceMsg::Load { model, card, reply }, LOAD_PATIENCE).await?
    }

    /// Submits a batch without waiting; to keep a device busy, submit the next one before waiting for this one.
    ///
    /// # Errors
    /// `Unreachable` where the device does not run; the caller still has the batch.
    pub fn submit(
        &self,
        model: ModelId,
        batch: &Arc<EvalBatch>,
        answers: InferAnswers,
    ) -> Result<PendingInfer, DeviceFailure> {
        let (request, pending) = PendingInfer::request(model, Arc::clone(batch), answers);
        self.device.cast(DeviceMsg::Infer(request))?;
        Ok(pending)
    }

    /// Answers a batch, loading the model where that is needed.
    ///
    /// # Errors
    /// What [`Self::load`] or the device says.
    pub async fn infer(
        &self,
        model: ModelId,
        batch: &Arc<EvalBatch>,
        answers: InferAnswers,
    ) -> Result<InferAnswers, DeviceFailure> {
        match self.submit(model, batch, answers)?.wait().await {
            Err(DeviceFailure::NotLoaded { .. }) => {
                self.load(model).await?;
                self.submit(model, batch, InferAnswers::default())?.wait().await
            }
            answered => answered,
        }
    }

    /// Has the device let go of the models that nobody has used for this long; returns how many those were.
    ///
    /// # Errors
    /// As [`Self::report`].
    pub async fn unload_idle(&self, idle: Duration) -> Result<usize, DeviceFailure> {
        Ok(self.device.call(|reply| DeviceMsg::UnloadIdle(idle, reply), REPORT_PATIENCE).await?)
    }

    /// Returns how the device is.
    ///
    /// # Errors
    /// `Unreachable` where it does not run or does not answer.
    pub async fn report(&self) -> Result<DeviceReport, DeviceFailure> {
        Ok(self.device.call(DeviceMsg::Report, REPORT_PATIENCE).await?)
    }
}
