//! Reads the tensors that a model file carries.

use std::collections::BTreeMap;

use prost::Message;

use crate::graph::Element;
use crate::proto::ModelProto;

/// An f32 tensor: its sizes and its values, row-major.
pub type StoredTensor = (Vec<usize>, Vec<f32>);

/// Reads every f32 tensor stored in the bytes of an ONNX model, by name, with its sizes.
///
/// # Errors
/// A sentence when the bytes are not an ONNX model or a tensor does not hold what its sizes say.
pub fn read_initializers(model: &[u8]) -> Result<BTreeMap<String, StoredTensor>, String> {
    let model = ModelProto::decode(model).map_err(|e| format!("not an ONNX model: {e}"))?;
    let graph = model.graph.ok_or("the ONNX model holds no graph")?;
    let mut tensors = BTreeMap::new();
    for tensor in graph.initializer {
        if tensor.data_type != Some(Element::F32.code()) {
            continue;
        }
        let name = tensor.name.unwrap_or_default();
        let sizes: Vec<usize> = tensor.dims.iter().map(|&d| usize::try_from(d).unwrap_or(0)).collect();
        let raw = tensor.raw_data.unwrap_or_default();
        let needed = sizes.iter().try_fold(4usize, |n, &s| n.checked_mul(s));
        if needed != Some(raw.len()) {
            return Err(format!("tensor {name} holds {} bytes for shape {sizes:?}", raw.len()));
        }
        let values = raw.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
        tensors.insert(name, (sizes, values));
    }
    Ok(tensors)
}
