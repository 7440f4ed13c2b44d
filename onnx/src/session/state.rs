//! The state of training, on the host and on the device.

use ort::memory::{AllocationDevice, Allocator, AllocatorType, MemoryInfo, MemoryType};
use ort::session::Session;
use ort::value::Tensor;

use crate::error::OnnxError;
use crate::session::Provider;
use crate::session::inference::check_len;

/// The names of the state vectors in the training graph.
pub(super) const STATE: [&str; 4] = ["parameters", "mean", "square", "average"];

/// Holds everything that a training run must keep to go on: weights, AdamW's moments, averaged weights, steps done.
#[derive(Clone, Debug, PartialEq)]
pub struct OptimizerState {
    /// The weights.
    pub parameters: Vec<f32>,
    /// The mean of gradients.
    pub mean: Vec<f32>,
    /// The mean of squared gradients.
    pub square: Vec<f32>,
    /// The moving average of the weights, used for self-play and evaluation.
    pub average: Vec<f32>,
    /// Steps done.
    pub step: u64,
}

impl OptimizerState {
    /// Starts a run from weights: no moments, and the average equal to the weights.
    #[must_use]
    pub fn fresh(parameters: Vec<f32>) -> Self {
        let zeros = vec![0.0; parameters.len()];
        Self { average: parameters.clone(), mean: zeros.clone(), square: zeros, parameters, step: 0 }
    }

    fn vectors(&self) -> [&[f32]; 4] {
        [&self.parameters, &self.mean, &self.square, &self.average]
    }
}

/// The four state vectors in the memory of the device that trains.
pub(super) struct DeviceState {
    pub(super) vectors: [Tensor<f32>; 4],
}

impl DeviceState {
    /// Reserves memory for the state next to the session.
    pub(super) fn reserve(
        session: &Session,
        provider: Provider,
        device: i32,
        len: usize,
    ) -> Result<Self, OnnxError> {
        let doing = "reserving memory for the state";
        let (place, id) = match provider {
            Provider::Cpu => (AllocationDevice::CPU, 0),
            Provider::Cuda | Provider::TensorRt => (AllocationDevice::CUDA, device),
        };
        let info = MemoryInfo::new(place, id, AllocatorType::Device, MemoryType::Default);
        let info = info.map_err(OnnxError::session(doing))?;
        let allocator = Allocator::new(session, info).map_err(OnnxError::session(doing))?;
        let make = || Tensor::<f32>::new(&allocator, [len]).map_err(OnnxError::session(doing));
        Ok(Self { vectors: [make()?, make()?, make()?, make()?] })
    }

    /// Copies a state to the device.
    pub(super) fn load(&mut self, state: &OptimizerState) -> Result<(), OnnxError> {
        let doing = "loading the state";
        for ((target, values), name) in self.vectors.iter_mut().zip(state.vectors()).zip(STATE) {
            check_len(name, values.len(), target.shape().num_elements())?;
            if target.memory_info().is_cpu_accessible() {
                target.extract_tensor_mut().1.copy_from_slice(values);
            } else {
                let host = Tensor::from_array(([values.len()], values.to_vec()))
                    .map_err(OnnxError::session(doing))?;
                host.copy_into(target).map_err(OnnxError::session(doing))?;
            }
        }
        Ok(())
    }

    /// Copies the state back from the device.
    pub(super) fn save(&self, step: u64) -> Result<OptimizerState, OnnxError> {
        let read = |tensor: &Tensor<f32>| {
            if tensor.memory_info().is_cpu_accessible() {
                return Ok(tensor.extract_tensor().1.to_vec());
            }
            let host = tensor.to(AllocationDevice::CPU, 0).map_err(OnnxError::session("saving the state"))?;
            Ok(host.extract_tensor().1.to_vec())
        };
        let [parameters, mean, square, average] = &self.vectors;
        Ok(OptimizerState {
            parameters: read(parameters)?,
            mean: read(mean)?,
            square: read(square)?,
            average: read(average)?,
            step,
        })
    }
}
