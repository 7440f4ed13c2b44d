//! MODEL_DISTRIBUTION: sees to it that every champion's model lies where it is needed, checked.
//!
//! On one node that is: the file in the blob store, read and compared with its hash and its card; a copy under a lasting name in the
//! data folder (`models/champion_<config>.onnx` and its card `.json`), which people and other programs can take; and a session on the device. The
//! folder is the local registry that further nodes fetch from. MODEL_DISTRIBUTION_COMPLETE tells of it, once for each champion and number.

mod actor;
mod registry;

pub use actor::{
    ModelDistributionActor, ModelDistributionArgs, ModelDistributionMsg, ModelDistributionState,
};
pub use registry::{DistributionFailure, ModelRegistry};
