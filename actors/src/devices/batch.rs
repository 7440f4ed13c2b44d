//! A batch on its way through a device.

use std::sync::Arc;

use ractor::RpcReplyPort;
use rr_engine::selfplay::EvalBatch;
use rr_proto::ModelId;
use tokio::sync::oneshot;

use crate::error::DeviceFailure;

/// Holds the answers to a batch; hand it back with the next batch, so that its memory is used again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InferAnswers {
    /// Policy logits.
    ///
    /// # Shapes
    /// `[rows, layout.len()]`, flat.
    pub policy: Vec<f32>,
    /// Value logits over slots.
    ///
    /// # Shapes
    /// `[rows, 4]`, flat.
    pub value: Vec<f32>,
}

/// Asks for the answers of a model to a batch.
///
/// The batch is shared and not copied. The device lets go of it before it answers, so that the asker can fill it again; when the
/// device dies the asker still has it.
#[derive(Debug)]
pub struct InferRequest {
    /// The model.
    pub model: ModelId,
    /// The encoded positions.
    pub batch: Arc<EvalBatch>,
    /// Memory for the answers.
    pub answers: InferAnswers,
    /// Where the answers go.
    pub reply: RpcReplyPort<Result<InferAnswers, DeviceFailure>>,
}

impl InferRequest {
    /// Refuses the request.
    pub(super) fn refuse(self, failure: DeviceFailure) {
        let Self { batch, reply, .. } = self;
        drop(batch);
        let _ = reply.send(Err(failure)); // the asker may have gone
    }
}

/// Waits for the answers to a submitted batch.
#[derive(Debug)]
#[must_use = "the answers come through it"]
pub struct PendingInfer {
    receiver: oneshot::Receiver<Result<InferAnswers, DeviceFailure>>,
}

impl PendingInfer {
    /// Makes a request with the end that waits for its answers.
    pub fn request(model: ModelId, batch: Arc<EvalBatch>, answers: InferAnswers) -> (InferRequest, Self) {
        let (sender, receiver) = oneshot::channel();
        (InferRequest { model, batch, answers, reply: sender.into() }, Self { receiver })
    }

    /// Waits on a task.
    ///
    /// # Errors
    /// What the device says, or `Lost` when it died.
    pub async fn wait(self) -> Result<InferAnswers, DeviceFailure> {
        self.receiver.await.unwrap_or(Err(DeviceFailure::Lost))
    }

    /// Waits on a thread of one's own.
    ///
    /// # Errors
    /// As [`Self::wait`].
    ///
    /// # Panics
    /// On a thread of the async runtime, which must not block.
    pub fn wait_blocking(self) -> Result<InferAnswers, DeviceFailure> {
        self.receiver.blocking_recv().unwrap_or(Err(DeviceFailure::Lost))
    }
}
