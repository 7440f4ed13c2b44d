//! The network: one description, from which the inference graph and the training graph are written.

mod conv;
mod grid;
mod heads;
mod inference;
mod loss;
mod optimizer;
mod params;
mod policy;
mod size;
mod spec;
mod tower;
mod training;
mod winograd;

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;

pub use conv::ConvForm;
pub use inference::{GraphOptions, inference_graph};
pub use loss::LossWeights;
pub use optimizer::MomentDecays;
pub use params::{ParamEntry, ParamTable};
pub use policy::{PolicySource, PolicyTable};
pub(crate) use rr_engine::encode::SLOTS;
pub use size::NetSize;
pub use spec::{FeatureCounts, NetSpec};
pub use training::{REPORT_LEN, gradient_graph, training_graph};
