//! The training graph: forward, backward and AdamW in one run.

use crate::autodiff::Tape;
use crate::error::OnnxError;
use crate::graph::{Element, TensorShape, Var};
use crate::net::inference::declare_inputs;
use crate::net::loss::{Losses, losses};
use crate::net::optimizer::{Hyper, MomentDecays, StateVars, adamw};
use crate::net::tower::{Forward, Params};
use crate::net::{GraphOptions, LossWeights, NetSpec, ParamTable};

/// Length of the output `report`: total, policy, value, owner, margins and next-policy loss, gradient norm.
pub const REPORT_LEN: usize = 7;

/// Writes the graph of one training step.
///
/// Inputs: the network's own, the targets (see `StepBatch`), the state as four flat vectors `parameters`, `mean`, `square`,
/// `average`, and `hyper` = learning rate, step (from one), EMA decay, loss scale, clip, weight decay. Outputs: the
/// state under the same names with `_new`, and `report`.
///
/// # Errors
/// `Graph` where the description does not make a graph.
pub fn training_graph(
    spec: &NetSpec,
    options: GraphOptions,
    weights: LossWeights,
    decays: MomentDecays,
    regions: usize,
) -> Result<Vec<u8>, OnnxError> {
    let table = ParamTable::new(spec);
    let mut body = Body::write(spec, &table, (Element::F32, options), weights, regions);
    let graph = &mut body.tape.graph;
    let vector = |name: &str, graph: &mut crate::graph::GraphBuilder| {
        let float = graph.float();
        graph.input(name, float, TensorShape::fixed(&[table.total()]))
    };
    let state = StateVars {
        parameters: body.parameters,
        mean: vector("mean", graph),
        square: vector("square", graph),
        average: vector("average", graph),
    };
    let norm = adamw(graph, &table, &state, body.gradient, (&body.hyper, decays));
    let mut numbers = vec![body.losses.total];
    numbers.extend(body.losses.parts);
    let mut rows: Vec<Var> = numbers.iter().map(|&n| graph.reshape(n, TensorShape::fixed(&[1]))).collect();
    rows.push(norm);
    let report = graph.concat(&rows, 0);
    graph.output("report", report);
    body.tape.graph.finish(&format!("{}_{}_step", spec.board(), spec.size()))
}

/// Writes the graph of the loss and its gradient alone, for proofs: outputs `loss`, `gradient`, and the network's answers.
///
/// # Errors
/// `Graph` where the description does not make a graph.
pub fn gradient_graph(
    spec: &NetSpec,
    float: Element,
    options: GraphOptions,
    weights: LossWeights,
    regions: usize,
) -> Result<Vec<u8>, OnnxError> {
    let table = ParamTable::new(spec);
    let mut body = Body::write(spec, &table, (float, options), weights, regions);
    let graph = &mut body.tape.graph;
    graph.output("loss", body.losses.total);
    graph.output("gradient", body.gradient);
    graph.output("policy", body.answers[0]);
    graph.output("value", body.answers[1]);
    graph.output("owner", body.answers[2]);
    graph.output("margins", body.answers[3]);
    body.tape.graph.finish(&format!("{}_{}_gradient", spec.board(), spec.size()))
}

/// What both graphs share: forward pass, losses and the gradient as one flat vector.
struct Body {
    tape: Tape,
    parameters: Var,
    hyper: Hyper,
    losses: Losses,
    gradient: Var,
    answers: [Var; 4],
}

impl Body {
    fn write(
        spec: &NetSpec,
        table: &ParamTable,
        (float, options): (Element, GraphOptions),
        weights: LossWeights,
        regions: usize,
    ) -> Self {
        let mut tape = Tape::new(float);
        let inputs = declare_inputs(&mut tape, spec);
        let parameters = tape.graph.input("parameters", float, TensorShape::fixed(&[table.total()]));
        let hyper = Hyper::declare(&mut tape.graph);
        let compute = if options.compute == Element::F16 { Element::F16 } else { float };
        let (leaves, params) = unpack(&mut tape, table, parameters, compute);
        let outputs = Forward::new(&mut tape, spec, &params, options.form).network(inputs, true);
        let losses = losses(&mut tape, spec, inputs, &outputs, weights, regions);

        // The backward pass starts from the loss scale, so that small gradients survive in f16.
        let seed = tape.graph.reshape(hyper.loss_scale, TensorShape::fixed(&[]));
        let gradients = tape.gradients(losses.total, seed, &leaves);
        let flat: Vec<Var> = gradients
            .iter()
            .zip(table.entries())
            .map(|(&g, entry)| tape.graph.reshape(g, TensorShape::fixed(&[entry.len()])))
            .collect();
        let scaled = tape.graph.concat(&flat, 0);
        let gradient = tape.graph.div(scaled, hyper.loss_scale);
        let answers = [outputs.policy, outputs.value, outputs.owner, outputs.margins];
        Self { tape, parameters, hyper, losses, gradient, answers }
    }
}

/// Cuts the flat vector into the parameters; returns them in order, and by name in the type that layers compute in.
fn unpack(tape: &mut Tape, table: &ParamTable, flat: Var, compute: Element) -> (Vec<Var>, Params) {
    let sizes: Vec<usize> = table.entries().iter().map(|e| e.len()).collect();
    let pieces = tape.graph.split(flat, &sizes, 0);
    let mut leaves = Vec::new();
    let mut params = Params::new();
    for (entry, piece) in table.entries().iter().zip(pieces) {
        let shaped = tape.graph.reshape(piece, TensorShape::fixed(&entry.sizes));
        tape.track(shaped);
        leaves.push(shaped);
        params.insert(entry.name.clone(), tape.cast(shaped, compute));
    }
    (leaves, params)
}
