//! Every gradient rule against central differences in f64.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::Rng;

use crate::autodiff::{CellOrder, Tape};
use crate::graph::{Dim, Element, TensorShape, Var};
use crate::net::fixtures::{hexagon, rng, square};
use crate::session::probe::{Probe, double, mask};

const BATCH: usize = 3;
const STEP: f64 = 1.0e-6;

/// Checks the gradient of `sum(weights * op(inputs))` with respect to every element of every input.
fn check(name: &str, shapes: &[TensorShape], op: impl Fn(&mut Tape, &[Var]) -> Var) {
    let mut tape = Tape::new(Element::F64);
    let inputs: Vec<Var> = shapes
        .iter()
        .enumerate()
        .map(|(i, shape)| {
            let var = tape.graph.input(&format!("x{i}"), Element::F64, shape.clone());
            tape.track(var);
            var
        })
        .collect();
    let flags = tape.graph.input("flags", Element::Bool, TensorShape::batch(1, &[4]));
    let mut with_flags = inputs.clone();
    with_flags.push(flags);
    let out = op(&mut tape, &with_flags);
    let out_shape = tape.graph.shape(out).clone();
    let weights = tape.graph.input("weights", Element::F64, out_shape.clone());
    let scalar = tape.weighted_sum(out, weights);
    let seed = tape.graph.scalar(scalar, 1.0);
    let grads = tape.gradients(scalar, seed, &inputs);
    tape.graph.output("scalar", scalar);
    grads.iter().enumerate().for_each(|(i, &g)| tape.graph.output(&format!("d{i}"), g));
    let mut probe = Probe::new(&tape.graph.finish(name).unwrap());

    let mut rng = rng(11);
    let mut random = |n: usize| (0..n).map(|_| rng.random_range(-1.0..1.0)).collect::<Vec<f64>>();
    let mut values: Vec<Vec<f64>> = shapes.iter().map(|s| random(sizes(s).iter().product())).collect();
    let weights = random(sizes(&out_shape).iter().product());
    let flags: Vec<bool> = (0..BATCH * 4).map(|i| i % 3 != 0).collect();
    let mut run = |values: &[Vec<f64>]| {
        let mut feed = BTreeMap::new();
        for (i, (shape, values)) in shapes.iter().zip(values).enumerate() {
            feed.insert(format!("x{i}"), double(&sizes(shape), values));
        }
        feed.insert("flags".to_owned(), mask(&[BATCH, 4], &flags));
        feed.insert("weights".to_owned(), double(&sizes(&out_shape), &weights));
        probe.run(feed)
    };
    let analytic = run(&values);
    for i in 0..values.len() {
        for j in 0..values[i].len() {
            let x = values[i][j];
            values[i][j] = x + STEP;
            let above = run(&values)["scalar"][0];
            values[i][j] = x - STEP;
            let below = run(&values)["scalar"][0];
            values[i][j] = x;
            let numeric = (above - below) / (2.0 * STEP);
            let found = analytic[&format!("d{i}")][j];
            assert!(
                (numeric - found).abs() < 1e-7 * (1.0 + numeric.abs()),
                "{name} d{i}[{j}]: {found} vs {numeric}"
            );
        }
    }
}

fn sizes(shape: &TensorShape) -> Vec<usize> {
    let size = |d: &Dim| match *d {
        Dim::Fixed(n) => n,
        Dim::Batch(k) => k * BATCH,
    };
    shape.0.iter().map(size).collect()
}

fn rows(n: usize) -> TensorShape {
    TensorShape::batch(1, &[n])
}

#[test]
fn sums_and_products_broadcast() {
    let pair = [rows(4), TensorShape::fixed(&[4])];
    check("add", &pair, |t, x| t.add(x[0], x[1]));
    check("sub", &pair, |t, x| t.sub(x[1], x[0]));
    check("mul", &pair, |t, x| t.mul(x[0], x[1]));
    check("mul_column", &[rows(4), rows(1)], |t, x| t.mul(x[0], x[1]));
    check("square", &[rows(4)], |t, x| t.mul(x[0], x[0]));
    check("scale", &[rows(4)], |t, x| t.scale(x[0], -2.5));
}

#[test]
fn relu_and_softmax() {
    check("relu", &[rows(4)], |t, x| t.relu(x[0]));
    check("log_softmax", &[rows(4)], |t, x| t.log_softmax(x[0]));
    check("mask", &[rows(4)], |t, x| t.mask(x[0], x[1], 0.25));
    check("masked_log_softmax", &[rows(4)], |t, x| {
        let masked = t.mask(x[0], x[1], -1.0e9);
        let logs = t.log_softmax(masked);
        t.mask(logs, x[1], 0.0)
    });
}

#[test]
fn matrix_products() {
    let layer = [rows(4), TensorShape::fixed(&[4, 3]), TensorShape::fixed(&[3])];
    check("linear", &layer, |t, x| t.linear(x[0], x[1], Some(x[2])));
    check("linear_no_bias", &layer[..2], |t, x| t.linear(x[0], x[1], None));
    let stacks = [TensorShape::batch(1, &[2, 4]), TensorShape::batch(1, &[4, 3])];
    check("matmul", &stacks, |t, x| t.matmul(x[0], x[1]));
    let broadcast = [TensorShape::fixed(&[2, 3, 2, 4]), TensorShape::fixed(&[2, 1, 4, 3])];
    check("matmul_broadcast", &broadcast, |t, x| t.matmul(x[0], x[1]));
}

#[test]
fn rearrangements() {
    let boards = [TensorShape::batch(1, &[2, 3])];
    check("reshape", &boards, |t, x| t.reshape(x[0], TensorShape::batch(2, &[3])));
    check("transpose", &boards, |t, x| t.transpose(x[0], &[1, 2, 0]));
    check("gather", &[rows(4)], |t, x| t.gather(x[0], &[2, 0], 1));
    check("gather_repeated", &[rows(4)], |t, x| t.gather(x[0], &[2, 0, 2, 2, 1], 1));
    check("gather_padded", &[rows(4)], |t, x| t.gather_padded(x[0], &[4, 2, 4, 0, 1, 3], 1));
    check("gather_padded_partial", &[rows(4)], |t, x| t.gather_padded(x[0], &[4, 2, 0], 1));
    check("concat", &[rows(4), rows(2)], |t, x| t.concat(&[x[0], x[1]], 1));
    check("cast_of_same", &[rows(4)], |t, x| t.cast(x[0], Element::F64));
}

#[test]
fn board_operators() {
    for order in [CellOrder::SampleMajor, CellOrder::CellMajor] {
        let both = [TensorShape::batch(7, &[2]), rows(2)];
        check("pool", &both[..1], |t, x| t.pool(x[0], 7, order));
        check("pool_of_used", &both[..1], |t, x| {
            // Two ways to the same value: the pooled gradient is added to one that is there.
            let pooled = t.pool(x[0], 7, order);
            t.add_per_sample(x[0], pooled, 7, order)
        });
        check("add_per_sample", &both, |t, x| t.add_per_sample(x[0], x[1], 7, order));
    }
}

#[test]
fn convolutions() {
    for (table, _) in [hexagon(1), square(3)] {
        let (cells, taps) = (table.cells(), table.taps());
        let table = Arc::new(table);
        let shapes =
            [TensorShape::batch(cells, &[2]), TensorShape::fixed(&[taps * 2, 3]), TensorShape::fixed(&[3])];
        check("conv", &shapes, |t, x| t.conv(x[0], x[1], x[2], &table));
    }
}

#[test]
fn what_does_not_depend_on_a_parameter_gets_zeros() {
    check("unused", &[rows(4), TensorShape::fixed(&[2])], |t, x| t.relu(x[0]));
}
