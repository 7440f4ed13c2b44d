//! The inference graph: weights inside, four outputs.

use crate::autodiff::Tape;
use crate::error::OnnxError;
use crate::graph::{Element, TensorShape};
use crate::net::tower::{Forward, NetInputs, Params};
use crate::net::{ConvForm, NetSpec, ParamTable};

/// Chooses how a graph computes what its description says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphOptions {
    /// The form of the convolutions.
    pub form: ConvForm,
    /// The type that layers compute in; the answers and the state of training stay in f32.
    pub compute: Element,
}

impl GraphOptions {
    /// Answers in f32 with the form that is fastest on a CPU.
    #[must_use]
    pub fn cpu(spec: &NetSpec) -> Self {
        Self { form: ConvForm::fastest_inference(spec), compute: Element::F32 }
    }

    /// Trains in f32 with the form that is fastest on a CPU.
    #[must_use]
    pub fn cpu_training(spec: &NetSpec) -> Self {
        Self { form: ConvForm::fastest_training(spec), compute: Element::F32 }
    }

    /// Computes in f32 with the form that fits every board.
    #[must_use]
    pub fn portable() -> Self {
        Self { form: ConvForm::Gather, compute: Element::F32 }
    }
}

/// Writes the inference graph with its weights.
///
/// # Shapes
/// Inputs `cells` `[N, cells, features]` and `globals` `[N, features]`; outputs `policy` `[N, entries]`, `value`
/// `[N, 4]`, `owner` `[N, cells, 5]` and `margins` `[N, 8]`; all f32.
///
/// # Errors
/// `Size` where `parameters` is not as long as the net's [`ParamTable`] says.
pub fn inference_graph(
    spec: &NetSpec,
    parameters: &[f32],
    options: GraphOptions,
) -> Result<Vec<u8>, OnnxError> {
    let table = ParamTable::new(spec);
    if parameters.len() != table.total() {
        let what = "the parameter vector".to_owned();
        return Err(OnnxError::Size { what, found: parameters.len(), needed: table.total() });
    }
    let mut tape = Tape::new(Element::F32);
    let inputs = declare_inputs(&mut tape, spec);
    let mut params = Params::new();
    for entry in table.entries() {
        let values = &parameters[entry.offset..entry.offset + entry.len()];
        let stored = tape.graph.initializer(&entry.name, &entry.sizes, values);
        // The next player's policy is a lesson, not an answer: its weights are kept, nothing reads them here.
        let used =
            if entry.name.starts_with("next.") { stored } else { tape.graph.cast(stored, options.compute) };
        params.insert(entry.name.clone(), used);
    }
    params.retain(|name, _| !name.starts_with("next."));
    let outputs = Forward::new(&mut tape, spec, &params, options.form).network(inputs, false);
    tape.graph.output("policy", outputs.policy);
    tape.graph.output("value", outputs.value);
    tape.graph.output("owner", outputs.owner);
    tape.graph.output("margins", outputs.margins);
    tape.graph.finish(&format!("{}_{}", spec.board(), spec.size()))
}

/// Declares the two inputs that every graph of the network reads.
pub(crate) fn declare_inputs(tape: &mut Tape, spec: &NetSpec) -> NetInputs {
    let (features, float) = (spec.features(), tape.graph.float());
    NetInputs {
        cells: tape.graph.input("cells", float, TensorShape::batch(1, &[spec.cells(), features.cell])),
        globals: tape.graph.input("globals", float, TensorShape::batch(1, &[features.global])),
    }
}
