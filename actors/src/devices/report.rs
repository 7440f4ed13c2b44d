//! What a device says about itself.

use rr_onnx::ProviderChoice;
use rr_proto::ModelId;

/// Describes a model that a device has loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedModel {
    /// The model.
    pub model: ModelId,
    /// The execution provider in use, and why those before it are not.
    pub provider: ProviderChoice,
}

/// Describes a device at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceReport {
    /// The name, such as `cpu:0`.
    pub name: String,
    /// The models that are loaded, by hash.
    pub models: Vec<LoadedModel>,
    /// Batches answered since the start.
    pub batches: u64,
    /// Positions in them.
    pub evals: u64,
    /// Batches that failed.
    pub failures: u64,
    /// Positions per second over the last ten seconds.
    pub evals_per_second: f64,
    /// Share of the last ten seconds that each lane computed, from 0 to 1.
    pub busy: f64,
    /// Batches that a lane has in hand.
    pub in_flight: usize,
    /// Batches that wait for a lane.
    pub waiting: usize,
    /// Whether new work is refused.
    pub paused: bool,
}
