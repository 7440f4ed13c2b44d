//! Execution providers: which are tried, which is used, and why the others are not.

use std::fmt;
use std::str::FromStr;

use ort::ep;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use serde::{Deserialize, Serialize};

use crate::error::OnnxError;
use crate::session::Runtime;

/// Names what runs a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// NVIDIA TensorRT.
    TensorRt,
    /// NVIDIA CUDA.
    Cuda,
    /// The processor; always there.
    Cpu,
}

impl Provider {
    /// Every provider, in the order in which they are tried by default.
    pub const ALL: [Self; 3] = [Self::TensorRt, Self::Cuda, Self::Cpu];
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TensorRt => "tensorrt",
            Self::Cuda => "cuda",
            Self::Cpu => "cpu",
        })
    }
}

impl FromStr for Provider {
    type Err = OnnxError;

    fn from_str(text: &str) -> Result<Self, OnnxError> {
        let found = Self::ALL.into_iter().find(|p| p.to_string() == text.to_ascii_lowercase());
        found.ok_or_else(|| OnnxError::NoProvider(format!("`{text}` is none of tensorrt, cuda, cpu")))
    }
}

/// Tells why a provider of the configured list is not in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedProvider {
    /// The provider.
    pub provider: Provider,
    /// What it said when it was registered.
    pub reason: String,
}

/// Tells which provider a session runs on and what became of those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderChoice {
    /// The provider in use.
    pub used: Provider,
    /// The providers that were tried first.
    pub skipped: Vec<SkippedProvider>,
}

impl ProviderChoice {
    /// Says of every provider that was tried first why it is not in use.
    pub fn passed_over(&self) -> Vec<String> {
        self.skipped.iter().map(|skipped| format!("{}: {}", skipped.provider, skipped.reason)).collect()
    }
}

/// Configures a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    /// Providers in the order to try them.
    pub providers: Vec<Provider>,
    /// The index of the accelerator.
    pub device: i32,
    /// Threads of the session on the CPU; zero lets ONNX Runtime take all cores.
    pub threads: usize,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self { providers: Provider::ALL.to_vec(), device: 0, threads: 0 }
    }
}

impl SessionOptions {
    /// Runs on the CPU with the given number of threads.
    #[must_use]
    pub fn cpu(threads: usize) -> Self {
        Self { providers: vec![Provider::Cpu], device: 0, threads }
    }

    /// Makes a session of a model on the first provider that can be registered.
    pub(super) fn open(
        &self,
        runtime: &Runtime,
        model: &[u8],
    ) -> Result<(Session, ProviderChoice), OnnxError> {
        let mut skipped = Vec::new();
        for &provider in &self.providers {
            match self.try_open(runtime, model, provider) {
                Ok(session) => {
                    tracing::info!(%provider, threads = self.threads, "opened a session");
                    return Ok((session, ProviderChoice { used: provider, skipped }));
                }
                Err(Attempt::Provider(reason)) => {
                    tracing::warn!(%provider, %reason, "provider is not usable, trying the next");
                    skipped.push(SkippedProvider { provider, reason });
                }
                Err(Attempt::Model(error)) => return Err(error),
            }
        }
        let reasons: Vec<String> = skipped.iter().map(|s| format!("{}: {}", s.provider, s.reason)).collect();
        Err(OnnxError::NoProvider(if reasons.is_empty() {
            "the list is empty".to_owned()
        } else {
            reasons.join("; ")
        }))
    }

    fn try_open(&self, runtime: &Runtime, model: &[u8], provider: Provider) -> Result<Session, Attempt> {
        let builder = self.builder(runtime).map_err(Attempt::Model)?;
        let dispatch = match provider {
            Provider::TensorRt => Some(ep::TensorRT::default().with_device_id(self.device).build()),
            Provider::Cuda => Some(ep::CUDA::default().with_device_id(self.device).build()),
            Provider::Cpu => None,
        };
        let mut builder = match dispatch {
            None => builder,
            // Without `error_on_failure` a provider that is not there would pass for the CPU in silence.
            Some(d) => builder
                .with_execution_providers([d.error_on_failure()])
                .map_err(|e| Attempt::Provider(one_line(&e.to_string())))?,
        };
        builder.commit_from_memory(model).map_err(|e| match provider {
            Provider::Cpu => Attempt::Model(OnnxError::session("opening a session")(e)),
            _ => Attempt::Provider(one_line(&e.to_string())),
        })
    }

    fn builder(&self, runtime: &Runtime) -> Result<SessionBuilder, OnnxError> {
        let doing = "configuring a session";
        let builder = SessionBuilder::new(&runtime.environment).map_err(OnnxError::session(doing))?;
        let builder = builder.with_intra_threads(self.threads).map_err(OnnxError::session(doing))?;
        // Spinning threads would steal the time of self-play workers that share the cores.
        let builder = builder.with_intra_op_spinning(false).map_err(OnnxError::session(doing))?;
        let builder = builder.with_inter_op_spinning(false).map_err(OnnxError::session(doing))?;
        let builder =
            builder.with_log_level(ort::logging::LogLevel::Error).map_err(OnnxError::session(doing))?;
        builder.with_optimization_level(GraphOptimizationLevel::All).map_err(OnnxError::session(doing))
    }
}

/// Tells a provider that cannot be used from a model that cannot be run.
enum Attempt {
    Provider(String),
    Model(OnnxError),
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
