//! ONNX graphs of the network and of its training step, and the ONNX Runtime sessions that run them.
//!
//! One [`NetSpec`] describes a network. [`inference_graph`] and [`training_graph`] write it as ONNX; [`InferenceSession`] and
//! [`TrainStep`] run what was written; [`ModelFile`] keeps it on disk with its [`ModelCard`].

mod autodiff;
mod error;
mod graph;
mod model;
mod net;
mod proto;
mod session;

pub use autodiff::{CellOrder, NeighborTable, Tape};
pub use error::OnnxError;
pub use graph::{Dim, Element, GraphBuilder, StoredTensor, TensorShape, Var, read_initializers};
pub use model::{CARD_FORMAT, ModelCard, ModelFile, ModelOrigin};
pub use net::{
    ConvForm, FeatureCounts, GraphOptions, LossWeights, MomentDecays, NetSize, NetSpec, ParamEntry,
    ParamTable, PolicySource, PolicyTable, REPORT_LEN, gradient_graph, inference_graph, training_graph,
};
pub use session::{
    InferenceSession, OptimizerState, Predictions, Provider, ProviderChoice, Runtime, SessionEvaluator,
    SessionOptions, SkippedProvider, StepBatch, StepOptions, StepRates, StepReport, TrainStep,
};
