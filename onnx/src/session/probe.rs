//! Runs any graph on f64 values, for proofs.

use std::collections::BTreeMap;

use ort::session::Session;
use ort::value::{DynValue, Tensor};

use crate::net::fixtures::runtime;
use crate::session::SessionOptions;

/// A session that takes and gives f64 tensors by name.
pub(crate) struct Probe(Session);

impl Probe {
    pub(crate) fn new(model: &[u8]) -> Self {
        let opened = SessionOptions::cpu(1).open(&runtime(), model, None);
        Self(opened.unwrap_or_else(|e| panic!("{e}")).0)
    }

    pub(crate) fn run(&mut self, inputs: BTreeMap<String, DynValue>) -> BTreeMap<String, Vec<f64>> {
        let inputs: Vec<(String, DynValue)> = inputs.into_iter().collect();
        let outputs = self.0.run(inputs).unwrap();
        let read = |v: ort::value::ValueRef<'_>| v.try_extract_tensor::<f64>().unwrap().1.to_vec();
        outputs.iter().map(|(name, value)| (name.to_owned(), read(value))).collect()
    }
}

/// Makes an f64 tensor.
pub(crate) fn double(sizes: &[usize], values: &[f64]) -> DynValue {
    Tensor::from_array((sizes.to_vec(), values.to_vec())).unwrap().into_dyn()
}

/// Makes a tensor of booleans.
pub(crate) fn mask(sizes: &[usize], values: &[bool]) -> DynValue {
    Tensor::from_array((sizes.to_vec(), values.to_vec())).unwrap().into_dyn()
}
