//! Writes ONNX graphs: typed values with shapes, one method per operator, and the bytes of the model.

mod builder;
mod element;
mod ops;
mod reader;
mod shape;

pub use builder::{GraphBuilder, Var};
pub use element::Element;
pub use reader::{StoredTensor, read_initializers};
pub use shape::{Dim, TensorShape};
