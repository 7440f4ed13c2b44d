//! Which devices compute.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::check::Checks;

/// Names an execution provider of ONNX Runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExecutionProvider {
    /// NVIDIA's compiler of networks.
    TensorRt,
    /// NVIDIA GPUs.
    Cuda,
    /// The processor.
    Cpu,
}

section! {
    /// Says which devices compute, and how batches are made.
    pub struct DevicesSection as "devices" {
        /// Execution providers in the order in which they are tried: tensorrt, cuda, cpu.
        pub providers: Vec<ExecutionProvider> =
            vec![ExecutionProvider::TensorRt, ExecutionProvider::Cuda, ExecutionProvider::Cpu],
        /// The number of the GPU.
        pub device_index: u32 = 0,
        /// Positions in a batch, at most.
        pub max_batch: u32 = 64,
        /// Batches that a device has in hand.
        pub in_flight: u32 = 2,
        /// Threads of one session on the processor; 0 takes one per core.
        pub session_threads: u32 = 1,
        /// The file of the ONNX Runtime library; where it is not given, ORT_DYLIB_PATH or the project's own copy.
        pub runtime_library: Option<PathBuf> = None,
        /// Share of the memory in use from which a warning is logged.
        pub memory_warn: f64 = 0.75,
        /// Share of the memory in use from which no new work is taken.
        pub memory_pressure: f64 = 0.85,
    }
}

impl DevicesSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.require("devices.providers", !self.providers.is_empty(), "must name at least one provider");
        checks.at_least("devices.max_batch", self.max_batch.into(), 1);
        checks.at_least("devices.in_flight", self.in_flight.into(), 1);
        checks.share("devices.memory_warn", self.memory_warn);
        checks.share("devices.memory_pressure", self.memory_pressure);
        checks.require(
            "devices.memory_warn",
            self.memory_warn <= self.memory_pressure,
            "must not be above devices.memory_pressure",
        );
    }
}
