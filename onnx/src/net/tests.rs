//! The whole network: gradients, equality of graphs and forms, layout of parameters.

use std::collections::BTreeMap;

use ort::value::DynValue;
use rand::Rng;
use rr_engine::action::ActionLayout;
use rr_engine::board::BoardKind;

use crate::graph::{Element, read_initializers};
use crate::net::fixtures::{batch, hexagon, rng, runtime, spec, square};
use crate::net::{
    ConvForm, GraphOptions, LossWeights, NetSize, NetSpec, ParamTable, gradient_graph, inference_graph,
};
use crate::session::probe::{Probe, double, mask};
use crate::session::{InferenceSession, Predictions, SessionOptions, StepBatch};

const REGIONS: usize = 2;

/// Random parameters everywhere, biases too, so that no part of the net rests at zero.
fn parameters(spec: &NetSpec) -> Vec<f64> {
    let mut rng = rng(5);
    let start = ParamTable::new(spec).init(&mut rng);
    start.iter().map(|&v| f64::from(v) + rng.random_range(-0.1..0.1)).collect()
}

fn feed(spec: &NetSpec, batch: &StepBatch, parameters: &[f64]) -> BTreeMap<String, DynValue> {
    let shape = |sizes: &[usize]| [&[batch.rows][..], sizes].concat();
    let mut feed = BTreeMap::new();
    for (name, values, sizes) in batch.floats(spec) {
        let values: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
        feed.insert(name.to_owned(), double(&shape(&sizes), &values));
    }
    for (name, values, sizes) in batch.masks(spec) {
        feed.insert(name.to_owned(), mask(&shape(&sizes), values));
    }
    feed.insert("parameters".to_owned(), double(&[parameters.len()], parameters));
    feed.insert("hyper".to_owned(), double(&[6], &[1e-3, 1.0, 0.9, 16.0, 1.0, 0.0]));
    feed
}

fn probe(spec: &NetSpec, form: ConvForm) -> Probe {
    let options = GraphOptions { form, compute: Element::F32 };
    Probe::new(&gradient_graph(spec, Element::F64, options, LossWeights::default(), REGIONS).unwrap())
}

/// Compares the gradient of the total loss with central differences, a few elements of every parameter tensor.
fn check_gradient(spec: &NetSpec, form: ConvForm) {
    let mut probe = probe(spec, form);
    let batch = batch(spec, 4, REGIONS, 3);
    let mut values = parameters(spec);
    let gradient = probe.run(feed(spec, &batch, &values)).remove("gradient").unwrap();
    let mut rng = rng(17);
    for entry in ParamTable::new(spec).entries() {
        for _ in 0..4 {
            let i = entry.offset + rng.random_range(0..entry.len());
            let (x, step) = (values[i], 1.0e-6);
            let mut loss_at = |v: f64| {
                values[i] = v;
                probe.run(feed(spec, &batch, &values))["loss"][0]
            };
            let numeric = (loss_at(x + step) - loss_at(x - step)) / (2.0 * step);
            values[i] = x;
            let error = (numeric - gradient[i]).abs();
            assert!(error < 1e-8 + 1e-5 * numeric.abs(), "{}[{i}]: {} vs {numeric}", entry.name, gradient[i]);
        }
        let entry_gradient = &gradient[entry.offset..entry.offset + entry.len()];
        assert!(entry_gradient.iter().any(|g| *g != 0.0), "{} gets no gradient", entry.name);
    }
}

fn tiny() -> NetSize {
    NetSize::new(3, 6)
}

#[test]
fn gradient_of_a_hex_net_matches_finite_differences() {
    check_gradient(&spec(hexagon(2), false, tiny()), ConvForm::Gather);
}

#[test]
fn gradient_of_a_square_net_matches_finite_differences() {
    check_gradient(&spec(square(4), false, tiny()), ConvForm::Gather);
}

#[test]
fn gradient_of_a_net_with_a_pair_head_matches_finite_differences() {
    check_gradient(&spec(hexagon(1), true, tiny()), ConvForm::Gather);
    check_gradient(&spec(square(3), true, tiny()), ConvForm::Gather);
}

#[test]
fn gradient_of_a_winograd_net_matches_finite_differences() {
    check_gradient(&spec(square(8), false, tiny()), ConvForm::Winograd);
    check_gradient(&spec(hexagon(2), false, tiny()), ConvForm::Winograd);
}

#[test]
fn both_forms_compute_the_same_function_and_gradient() {
    let squares = [4, 5, 8, 12].map(square);
    let boards = squares.into_iter().chain([hexagon(1), hexagon(2), hexagon(4)]);
    for board in boards {
        let name = format!("{} cells", board.0.cells());
        let spec = spec(board, false, tiny());
        let (batch, values) = (batch(&spec, 3, REGIONS, 3), parameters(&spec));
        let gather = probe(&spec, ConvForm::Gather).run(feed(&spec, &batch, &values));
        let winograd = probe(&spec, ConvForm::Winograd).run(feed(&spec, &batch, &values));
        for (output, expected) in &gather {
            let scale = expected.iter().fold(1.0f64, |m, v| m.max(if *v > -1e3 { v.abs() } else { 0.0 }));
            for (a, b) in expected.iter().zip(&winograd[output]) {
                assert!((a - b).abs() < 1e-10 * scale, "{output} on {name}: {a} vs {b}");
            }
        }
    }
}

#[test]
fn inference_and_training_graphs_agree() {
    for (table, pairs) in [(hexagon(2), false), (square(8), false), (hexagon(1), true)] {
        let spec = spec(table, pairs, tiny());
        let batch = batch(&spec, 5, REGIONS, 9);
        let values = parameters(&spec);
        let single: Vec<f32> = values.iter().map(|&v| v as f32).collect();
        let model = inference_graph(&spec, &single, GraphOptions::cpu(&spec)).unwrap();
        let mut session = InferenceSession::new(&runtime(), &spec, &model, &SessionOptions::cpu(1)).unwrap();
        let mut answers = Predictions::default();
        session.run(&batch.cells, &batch.globals, &mut answers).unwrap();
        let trained = probe(&spec, ConvForm::Gather).run(feed(&spec, &batch, &values));
        let rows = 0..batch.rows;
        let flat = |f: &dyn Fn(usize) -> Vec<f32>| rows.clone().flat_map(f).collect::<Vec<f32>>();
        let pairs = [
            ("policy", flat(&|r| answers.policy(r).to_vec())),
            ("owner", flat(&|r| answers.owner(r).to_vec())),
            ("margins", flat(&|r| answers.margins(r).to_vec())),
        ];
        for (name, found) in pairs {
            for (a, b) in found.iter().zip(&trained[name]) {
                assert!((f64::from(*a) - b).abs() < 1e-4, "{name}: {a} vs {b}");
            }
        }
        for row in rows {
            let players = 2 + row % 3;
            let chances = answers.win_chances(row);
            assert!(chances[players..].iter().all(|&c| c == 0.0), "an absent slot has a chance: {chances:?}");
            let logits = &trained["value"][row * 4..row * 4 + players];
            let total: f64 = logits.iter().map(|l| l.exp()).sum();
            for (a, b) in chances.iter().zip(logits) {
                assert!((f64::from(*a) - b.exp() / total).abs() < 1e-5);
            }
        }
    }
}

#[test]
fn parameters_come_back_from_the_model_bytes() {
    let spec = spec(hexagon(1), true, tiny());
    let table = ParamTable::new(&spec);
    let values = table.init(&mut rng(1));
    let model = inference_graph(&spec, &values, GraphOptions::portable()).unwrap();
    let stored = read_initializers(&model).unwrap();
    for entry in table.entries() {
        let (sizes, found) = &stored[&entry.name];
        assert_eq!((sizes, &found[..]), (&entry.sizes, &values[entry.offset..entry.offset + entry.len()]));
    }
    let end = table.entries().last().map(|e| e.offset + e.len());
    assert_eq!(end, Some(table.total()));
    let biases = table.entries().iter().filter(|e| e.name.ends_with(".b"));
    assert!(biases.into_iter().all(|e| e.offset >= table.weights()));
}

#[test]
fn presets_have_names() {
    for (name, text) in [("demo", "4x48"), ("small", "6x96"), ("large", "10x128"), ("2x16", "2x16")] {
        assert_eq!(name.parse::<NetSize>().unwrap().to_string(), text);
    }
    assert!("huge".parse::<NetSize>().unwrap_err().to_string().contains("demo, small, large"));
    assert!("0x96".parse::<NetSize>().is_err());
}

#[test]
fn a_table_that_is_no_grid_is_told_apart() {
    let (table, coords) = hexagon(2);
    assert!(ConvForm::Winograd.fits(&spec((table.clone(), coords.clone()), false, tiny())));
    assert!(!ConvForm::Winograd.fits(&spec((table.clone(), Vec::new()), false, tiny())));
    let mut shuffled = coords;
    shuffled.swap(0, 5);
    assert!(!ConvForm::Winograd.fits(&spec((table, shuffled), false, tiny())));
}

#[test]
fn every_board_of_the_game_has_a_net() {
    for board in BoardKind::ALL {
        let spec = NetSpec::for_board(board, NetSize::new(1, 4)).unwrap();
        let large = matches!(board, BoardKind::Square19 | BoardKind::Hexagonal);
        assert_eq!(spec.entries(), ActionLayout::of(board).len());
        assert_eq!(spec.policy().has_pairs(), large, "{board}");
        assert!(ConvForm::Winograd.fits(&spec), "{board}");
        let values = ParamTable::new(&spec).init(&mut rng(1));
        let model = inference_graph(&spec, &values, GraphOptions::cpu(&spec)).unwrap();
        let mut session = InferenceSession::new(&runtime(), &spec, &model, &SessionOptions::cpu(1)).unwrap();
        let features = spec.features();
        let (cells, globals) = (vec![0.5; 3 * spec.cells() * features.cell], vec![1.0; 3 * features.global]);
        let mut answers = Predictions::default();
        session.run(&cells, &globals, &mut answers).unwrap();
        assert_eq!(answers.policy(2).len(), spec.entries());
        assert!(answers.policy(2).iter().chain(answers.margins(2)).all(|v| v.is_finite()));
        assert!((answers.win_chances(2).iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
