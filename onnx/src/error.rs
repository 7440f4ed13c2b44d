//! What can go wrong between a net description and a running session.

use std::path::PathBuf;

/// Reports why a graph, a model file or a session could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// A net description contradicts itself; the text says where.
    #[error("the net description is not usable: {0}")]
    Spec(String),
    /// An operator was given shapes that do not fit: a defect of the graph writer, not of the data.
    #[error("the graph cannot be written: {0}")]
    Graph(String),
    /// The shared library of ONNX Runtime is not there.
    #[error(
        "ONNX Runtime's shared library was not found (looked at {}); run `make runtime` to install it, or set ORT_DYLIB_PATH to a libonnxruntime.so",
        looked_at.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    RuntimeMissing {
        /// Every place that was tried, in order.
        looked_at: Vec<PathBuf>,
    },
    /// The shared library is there and does not load.
    #[error(
        "ONNX Runtime does not load from {}: {cause}; run `make runtime` to install the pinned version, or set ORT_DYLIB_PATH to another libonnxruntime.so",
        path.display()
    )]
    RuntimeUnusable {
        /// The file that was tried.
        path: PathBuf,
        /// What the loader said.
        cause: String,
    },
    /// No execution provider of the configured list can be used on this machine.
    #[error("no execution provider is usable here: {0}; add `cpu` to the list of providers")]
    NoProvider(String),
    /// ONNX Runtime refused a call.
    #[error("ONNX Runtime failed while {doing}: {cause}")]
    Session {
        /// The step that failed.
        doing: &'static str,
        /// ONNX Runtime's own message.
        cause: String,
    },
    /// A batch, a weight vector or an output has another size than the net needs.
    #[error("{what} holds {found} values where the net needs {needed}")]
    Size {
        /// The name of the tensor.
        what: String,
        /// How many values were given.
        found: usize,
        /// How many values the net needs.
        needed: usize,
    },
    /// A training step gave a loss or a gradient that is not a number; the state before the step is kept.
    #[error(
        "training step {step} is not finite (loss {loss}, gradient norm {gradient_norm}); the state before it is kept"
    )]
    NotFinite {
        /// The number of the step, counted from one.
        step: u64,
        /// The loss as computed.
        loss: f32,
        /// The gradient norm as computed.
        gradient_norm: f32,
    },
    /// A model file or its card cannot be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system or the parser said.
        cause: String,
    },
    /// A model file or its card was read and is refused.
    #[error("model {} is refused: {reason}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why, and what was expected.
        reason: String,
    },
}

impl OnnxError {
    /// Wraps an error of the runtime with the step that caused it.
    pub(crate) fn session<R>(doing: &'static str) -> impl FnOnce(ort::Error<R>) -> Self {
        move |error| Self::Session { doing, cause: error.to_string() }
    }
}
