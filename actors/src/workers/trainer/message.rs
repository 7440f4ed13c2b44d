//! What the trainer is told.

use ractor::RpcReplyPort;
use rr_cluster::TrainingOrder;
use rr_engine::board::GameConfig;
use rr_proto::{FailureNote, JobId};
use rr_train::TrainerLine;

use crate::workers::CancelFailure;

/// What the trainer is told.
#[derive(Debug)]
pub enum TrainerMsg {
    /// Start or resume a run; the order that is at work or waits already is passed over.
    Train {
        /// Board and player count.
        config: GameConfig,
        /// The run.
        order: TrainingOrder,
    },
    /// Call a run off: what it has is dropped, and it is not tried again.
    Cancel {
        /// The run.
        job: JobId,
        /// Answered when it is dropped.
        reply: RpcReplyPort<Result<(), CancelFailure>>,
    },
    /// Whether a run may begin may have changed. Sent by the permit.
    PermitChanged,
    /// The folder of a run is ready, or could not be made so.
    Prepared {
        /// The run.
        job: JobId,
        /// What stood against it; `CANCELLED` for a run that has ended before.
        failure: Option<FailureNote>,
    },
    /// The child said something.
    Told {
        /// The run.
        job: JobId,
        /// The line.
        line: Box<TrainerLine>,
    },
    /// The child ended.
    Exited {
        /// The run.
        job: JobId,
        /// How, in words.
        status: String,
    },
    /// A finished run is stored, or could not be.
    Recorded {
        /// The run.
        job: JobId,
        /// What stood against it.
        failure: Option<FailureNote>,
    },
}
