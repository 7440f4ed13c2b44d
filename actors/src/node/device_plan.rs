//! Which device computes here: found out once at the start with the champion's own network.

use rr_config::{DevicesSection, ExecutionProvider, Settings};
use rr_onnx::{InferenceSession, ModelFile, OnnxError, Provider, ProviderChoice, Runtime, SessionOptions};

/// Says which device a node computes on, and how.
#[derive(Clone)]
pub struct DevicePlan {
    /// ONNX Runtime.
    pub runtime: Runtime,
    /// The name, such as `cpu:0`.
    pub name: String,
    /// The provider that works here, and those after it.
    pub options: SessionOptions,
    /// Threads that compute batches side by side.
    pub lanes: usize,
    /// The provider in use, and why those before it are not.
    pub choice: ProviderChoice,
}

/// Loads the ONNX Runtime that the settings, `ORT_DYLIB_PATH` or the installation name, in this order.
///
/// # Errors
/// When there is none, or it does not load.
pub fn load_runtime(settings: &Settings) -> Result<Runtime, OnnxError> {
    match &settings.devices.runtime_library {
        Some(path) => Runtime::load_from(path),
        None => Runtime::load(),
    }
}

impl DevicePlan {
    /// Opens the model once on the first provider that works, so that every later session starts there.
    ///
    /// # Errors
    /// When no provider of the list works.
    pub fn probe(
        runtime: &Runtime,
        section: &DevicesSection,
        model: &ModelFile,
        cores: usize,
    ) -> Result<Self, OnnxError> {
        let providers: Vec<Provider> = section.providers.iter().map(provider).collect();
        let device = i32::try_from(section.device_index).unwrap_or(0);
        let threads = section.session_threads as usize;
        let options = SessionOptions { providers, device, threads };
        let session = InferenceSession::new(runtime, model.spec(), model.onnx(), &options)?;
        let choice = session.provider().clone();
        let from = options.providers.iter().position(|provider| *provider == choice.used).unwrap_or(0);
        let providers = options.providers.get(from..).unwrap_or_default().to_vec();
        let on_cpu = choice.used == Provider::Cpu;
        // On the processor every core computes batches of its own; one accelerator takes whole batches in turn.
        let lanes = if on_cpu { (cores / threads.max(1)).max(1) } else { 1 };
        let name = if on_cpu { "cpu:0".to_owned() } else { format!("cuda:{device}") };
        let runtime = runtime.clone();
        Ok(Self { runtime, name, options: SessionOptions { providers, ..options }, lanes, choice })
    }
}

fn provider(provider: &ExecutionProvider) -> Provider {
    match provider {
        ExecutionProvider::TensorRt => Provider::TensorRt,
        ExecutionProvider::Cuda => Provider::Cuda,
        ExecutionProvider::Cpu => Provider::Cpu,
    }
}
