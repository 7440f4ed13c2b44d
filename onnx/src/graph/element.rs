//! Element types of tensors.

use crate::proto::tensor_proto::DataType;

/// Names the element type of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// 16-bit float.
    F16,
    /// 32-bit float.
    F32,
    /// 64-bit float, for proofs of gradients.
    F64,
    /// 64-bit integer, for shapes and indices.
    I64,
    /// Boolean, for masks.
    Bool,
}

impl Element {
    /// Returns the number that the ONNX schema gives this type.
    #[must_use]
    pub fn code(self) -> i32 {
        match self {
            Self::F16 => DataType::Float16 as i32,
            Self::F32 => DataType::Float as i32,
            Self::F64 => DataType::Double as i32,
            Self::I64 => DataType::Int64 as i32,
            Self::Bool => DataType::Bool as i32,
        }
    }

    /// Encodes numbers as the raw little-endian bytes of a tensor of this type.
    #[must_use]
    pub(crate) fn encode(self, values: &[f64]) -> Vec<u8> {
        match self {
            Self::F16 => values.iter().flat_map(|&v| half::f16::from_f64(v).to_le_bytes()).collect(),
            Self::F32 => values.iter().flat_map(|&v| (v as f32).to_le_bytes()).collect(),
            Self::F64 => values.iter().flat_map(|&v| v.to_le_bytes()).collect(),
            Self::I64 => values.iter().flat_map(|&v| (v as i64).to_le_bytes()).collect(),
            Self::Bool => values.iter().map(|&v| u8::from(v != 0.0)).collect(),
        }
    }
}
