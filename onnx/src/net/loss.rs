//! The losses of a training step.

use serde::{Deserialize, Serialize};

use crate::autodiff::Tape;
use crate::graph::{Element, TensorShape, Var};
use crate::net::tower::{NetInputs, NetOutputs};
use crate::net::{NetSpec, SLOTS};

/// What a masked entry's logit becomes: its probability is zero, and zero times its logarithm is still zero.
const MASKED: f64 = -1.0e9;

/// Weighs the parts of the loss against each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LossWeights {
    /// Cross-entropy of the policy.
    pub policy: f64,
    /// Cross-entropy of the win distribution.
    pub value: f64,
    /// Cross-entropy of the final owner, averaged over cells.
    pub owner: f64,
    /// Squared error of the margins, averaged over slots.
    pub margins: f64,
    /// Cross-entropy of the next player's policy.
    pub next_policy: f64,
}

impl Default for LossWeights {
    fn default() -> Self {
        Self { policy: 1.0, value: 1.0, owner: 0.25, margins: 0.25, next_policy: 0.15 }
    }
}

/// The parts of the loss as scalars of the graph, in the order of the report.
pub(super) struct Losses {
    pub(super) total: Var,
    pub(super) parts: [Var; 5],
}

/// Declares the targets as inputs and adds all losses.
pub(super) fn losses(
    tape: &mut Tape,
    spec: &NetSpec,
    inputs: NetInputs,
    outputs: &NetOutputs,
    weights: LossWeights,
    regions: usize,
) -> Losses {
    let size = tape.graph.batch_size(inputs.globals);
    let one = tape.graph.scalar(size, 1.0);
    let inverse = tape.graph.div(one, size);
    let mut writer = Writer { tape, spec, inverse };
    let policy = writer.policy(outputs.policy, regions);
    let value = writer.value(outputs.value);
    let owner = writer.owner(outputs.owner);
    let margins = writer.margins(outputs.margins, inputs.globals);
    let next = outputs.next_policy.map(|logits| writer.entries("next", logits, spec.entries()));
    let next = next.unwrap_or(policy);
    let parts = [policy, value, owner, margins, next];
    let factors = [weights.policy, weights.value, weights.owner, weights.margins, weights.next_policy];
    let scaled: Vec<Var> =
        parts.iter().zip(factors).map(|(&part, factor)| tape.scale(part, factor)).collect();
    let total = scaled[1..].iter().fold(scaled[0], |sum, &part| tape.add(sum, part));
    Losses { total, parts }
}

struct Writer<'a> {
    tape: &'a mut Tape,
    spec: &'a NetSpec,
    inverse: Var,
}

impl Writer<'_> {
    fn input(&mut self, name: &str, sizes: &[usize]) -> Var {
        let float = self.tape.graph.float();
        self.tape.graph.input(name, float, TensorShape::batch(1, sizes))
    }

    /// Appends the logits of regions and lines, each a weighted mean of entries, and compares with the targets.
    fn policy(&mut self, logits: Var, regions: usize) -> Var {
        let (averaged, entries) = (self.spec.policy().averaged(), self.spec.entries());
        let map = self.input("region_map", &[regions, averaged.len()]);
        let columns = self.tape.gather(logits, averaged, 1);
        let column = self.tape.reshape(columns, TensorShape::batch(1, &[averaged.len(), 1]));
        let means = self.tape.matmul(map, column);
        let means = self.tape.reshape(means, TensorShape::batch(1, &[regions]));
        let all = self.tape.concat(&[logits, means], 1);
        self.entries("policy", all, entries + regions)
    }

    /// Adds the cross-entropy over masked entries, averaged by the weights of the samples.
    fn entries(&mut self, name: &str, logits: Var, width: usize) -> Var {
        let target = self.input(&format!("{name}_target"), &[width]);
        let mask =
            self.tape.graph.input(&format!("{name}_mask"), Element::Bool, TensorShape::batch(1, &[width]));
        let weight = self.input(&format!("{name}_weight"), &[]);
        let graph = &mut self.tape.graph;
        let total = graph.sum_all(weight);
        let one = graph.scalar(total, 1.0);
        let total = graph.max(total, one);
        let share = graph.div(weight, total);
        let share = graph.neg(share);
        let share = graph.reshape(share, TensorShape::batch(1, &[1]));
        let factors = graph.mul(target, share);
        let masked = self.tape.mask(logits, mask, MASKED);
        let logs = self.tape.log_softmax(masked);
        self.tape.weighted_sum(logs, factors)
    }

    fn cross_entropy(&mut self, logits: Var, target: Var, factor: f64) -> Var {
        let share = self.tape.graph.scalar(target, -factor);
        let share = self.tape.graph.mul(self.inverse, share);
        let factors = self.tape.graph.mul(target, share);
        let logs = self.tape.log_softmax(logits);
        self.tape.weighted_sum(logs, factors)
    }

    fn value(&mut self, logits: Var) -> Var {
        let target = self.input("value_target", &[SLOTS]);
        self.cross_entropy(logits, target, 1.0)
    }

    fn owner(&mut self, logits: Var) -> Var {
        let cells = self.spec.cells();
        let target = self.input("owner_target", &[cells, SLOTS + 1]);
        self.cross_entropy(logits, target, 1.0 / cells as f64)
    }

    /// Adds the squared error of the margins of the slots that are taken.
    fn margins(&mut self, margins: Var, globals: Var) -> Var {
        let target = self.input("margins_target", &[2 * SLOTS]);
        let columns = self.spec.features().present.repeat(2);
        let columns: Vec<i64> = columns.into_iter().map(|column| column as i64).collect();
        let present = self.tape.graph.gather(globals, &columns, 1);
        let share = self.tape.graph.scalar(self.inverse, 1.0 / (2 * SLOTS) as f64);
        let share = self.tape.graph.mul(self.inverse, share);
        let factors = self.tape.graph.mul(present, share);
        let error = self.tape.sub(margins, target);
        let square = self.tape.mul(error, error);
        self.tape.weighted_sum(square, factors)
    }
}
