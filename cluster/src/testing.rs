//! Values that the tests of several modules need.

use rr_proto::ModelId;

/// Returns a model's name made from a number.
pub(crate) fn model(n: u64) -> ModelId {
    ModelId::derive(&[&n.to_le_bytes()])
}
