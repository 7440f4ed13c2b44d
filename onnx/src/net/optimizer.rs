//! AdamW over the flat parameter vector, with gradient clipping and an average of the weights.

use crate::graph::{GraphBuilder, TensorShape, Var};
use crate::net::ParamTable;

/// Keeps the division finite where a gradient has always been zero.
const EPSILON: f64 = 1.0e-8;

/// Sets how long AdamW remembers; constants of the graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MomentDecays {
    /// Decay of the mean of gradients.
    pub mean: f64,
    /// Decay of the mean of squared gradients.
    pub square: f64,
}

impl Default for MomentDecays {
    fn default() -> Self {
        Self { mean: 0.9, square: 0.999 }
    }
}

/// The numbers that change from step to step, each of shape `[1]`.
pub(super) struct Hyper {
    pub(super) learning_rate: Var,
    pub(super) step: Var,
    pub(super) ema_decay: Var,
    pub(super) loss_scale: Var,
    pub(super) clip: Var,
    pub(super) weight_decay: Var,
}

impl Hyper {
    /// Declares the input `hyper` and cuts it into its numbers.
    pub(super) fn declare(graph: &mut GraphBuilder) -> Self {
        let float = graph.float();
        let input = graph.input("hyper", float, TensorShape::fixed(&[6]));
        let n = graph.split(input, &[1; 6], 0);
        let [learning_rate, step, ema_decay, loss_scale, clip, weight_decay] =
            [n[0], n[1], n[2], n[3], n[4], n[5]];
        Self { learning_rate, step, ema_decay, loss_scale, clip, weight_decay }
    }
}

/// The flat vectors that a step replaces.
pub(super) struct StateVars {
    pub(super) parameters: Var,
    pub(super) mean: Var,
    pub(super) square: Var,
    pub(super) average: Var,
}

/// Adds one AdamW step and names its results; returns the norm of the gradient before clipping.
///
/// # Source
/// Loshchilov and Hutter 2019, algorithm 2, with decoupled decay on weights only.
pub(super) fn adamw(
    g: &mut GraphBuilder,
    table: &ParamTable,
    state: &StateVars,
    grad: Var,
    (hyper, decays): (&Hyper, MomentDecays),
) -> Var {
    let constant = |g: &mut GraphBuilder, value: f64| g.scalar(grad, value);
    let one = constant(g, 1.0);
    let squares = g.mul(grad, grad);
    let norm = g.reduce_sum(squares, &[0], true);
    let norm = g.sqrt(norm);
    let tiny = constant(g, 1.0e-12);
    let floor = g.max(norm, tiny);
    let ratio = g.div(hyper.clip, floor);
    let ratio = g.min(ratio, one);
    let grad = g.mul(grad, ratio);

    let mean = blend(g, state.mean, grad, decays.mean);
    let squared = g.mul(grad, grad);
    let square = blend(g, state.square, squared, decays.square);

    // Both moments start at zero; dividing by these undoes the bias.
    let correction = |g: &mut GraphBuilder, beta: f64| {
        let beta = g.scalar(grad, beta);
        let power = g.pow(beta, hyper.step);
        g.sub(one, power)
    };
    let (first, second) = (correction(g, decays.mean), correction(g, decays.square));
    let root = g.sqrt(second);
    let rate = g.mul(hyper.learning_rate, root);
    let rate = g.div(rate, first);
    let epsilon = constant(g, EPSILON);
    let epsilon = g.mul(epsilon, root);

    let spread = g.sqrt(square);
    let spread = g.add(spread, epsilon);
    let direction = g.div(mean, spread);
    let update = g.mul(direction, rate);
    let keep = keep_factors(g, table, hyper, one);
    let kept = g.mul(state.parameters, keep);
    let parameters = g.sub(kept, update);

    let old = g.mul(state.average, hyper.ema_decay);
    let fresh = g.sub(one, hyper.ema_decay);
    let fresh = g.mul(parameters, fresh);
    let average = g.add(old, fresh);

    g.output("parameters_new", parameters);
    g.output("mean_new", mean);
    g.output("square_new", square);
    g.output("average_new", average);
    norm
}

fn blend(g: &mut GraphBuilder, old: Var, new: Var, keep: f64) -> Var {
    let (a, b) = (g.scalar(old, keep), g.scalar(old, 1.0 - keep));
    let (old, new) = (g.mul(old, a), g.mul(new, b));
    g.add(old, new)
}

/// Returns what each parameter is multiplied with: one less rate times decay for weights, one for biases.
fn keep_factors(g: &mut GraphBuilder, table: &ParamTable, hyper: &Hyper, one: Var) -> Var {
    let decay = g.mul(hyper.learning_rate, hyper.weight_decay);
    let keep = g.sub(one, decay);
    let weights = g.expand(keep, TensorShape::fixed(&[table.weights()]));
    let one = g.reshape(one, TensorShape::fixed(&[1]));
    let biases = g.expand(one, TensorShape::fixed(&[table.total() - table.weights()]));
    g.concat(&[weights, biases], 0)
}
