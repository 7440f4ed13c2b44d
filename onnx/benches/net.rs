//! Positions per second of inference and samples per second of training, on the CPU.
//!
//! `cargo bench -p rr-onnx`; needs the library that `make runtime` installs.
#![allow(missing_docs, clippy::expect_used)]

use divan::Bencher;
use divan::counter::ItemsCount;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_engine::board::BoardKind;
use rr_onnx::{
    ConvForm, GraphOptions, InferenceSession, NetSpec, OptimizerState, ParamTable, Predictions, Runtime,
    SessionOptions, StepBatch, StepOptions, StepRates, TrainStep, inference_graph,
};

const THREADS: usize = 2;

fn main() {
    divan::main();
}

fn spec(board: BoardKind, size: &str) -> NetSpec {
    NetSpec::for_board(board, size.parse().expect("a preset")).expect("a net")
}

fn infer(bencher: Bencher<'_, '_>, spec: NetSpec, form: ConvForm, rows: usize) {
    let values = ParamTable::new(&spec).init(&mut ChaCha8Rng::seed_from_u64(1));
    let model =
        inference_graph(&spec, &values, GraphOptions { form, ..GraphOptions::portable() }).expect("a graph");
    let runtime = Runtime::load().expect("ONNX Runtime");
    let mut session =
        InferenceSession::new(&runtime, &spec, &model, &SessionOptions::cpu(THREADS)).expect("a session");
    let features = spec.features();
    let cells = vec![0.25; rows * spec.cells() * features.cell];
    let globals = vec![1.0; rows * features.global];
    let mut answers = Predictions::default();
    bencher
        .counter(ItemsCount::new(rows))
        .bench_local(|| session.run(&cells, &globals, &mut answers).expect("a run"));
}

fn train(bencher: Bencher<'_, '_>, spec: NetSpec, form: ConvForm, rows: usize) {
    let values = ParamTable::new(&spec).init(&mut ChaCha8Rng::seed_from_u64(1));
    let mut options = StepOptions::cpu(&spec, THREADS);
    options.graph.form = form;
    let batch = samples(&spec, rows, options.regions);
    let runtime = Runtime::load().expect("ONNX Runtime");
    let mut trainer =
        TrainStep::new(&runtime, &spec, options, &OptimizerState::fresh(values)).expect("a trainer");
    let rates = StepRates { learning_rate: 1e-4, ema_decay: 0.99 };
    bencher.counter(ItemsCount::new(rows)).bench_local(|| trainer.step(&batch, rates).expect("a step"));
}

/// A batch where each sample has one legal action.
fn samples(spec: &NetSpec, rows: usize, regions: usize) -> StepBatch {
    let mut batch = StepBatch::zeros(spec, rows, regions);
    batch.cells.iter_mut().enumerate().for_each(|(i, v)| *v = f32::from(u8::from(i % 5 == 0)));
    batch.globals.fill(1.0);
    batch.policy_weight.fill(1.0);
    for row in 0..rows {
        let entry = row * (spec.entries() + regions) + row % spec.entries();
        batch.policy_target[entry] = 1.0;
        batch.policy_mask[entry] = true;
        batch.value_target[row * 4] = 1.0;
    }
    batch
}

const ROWS: [usize; 4] = [1, 8, 64, 256];

#[divan::bench(args = ROWS)]
fn infer_hex8_demo_gather(bencher: Bencher<'_, '_>, rows: usize) {
    infer(bencher, spec(BoardKind::Hex8, "demo"), ConvForm::Gather, rows);
}

#[divan::bench(args = ROWS)]
fn infer_hex8_demo_winograd(bencher: Bencher<'_, '_>, rows: usize) {
    infer(bencher, spec(BoardKind::Hex8, "demo"), ConvForm::Winograd, rows);
}

#[divan::bench(args = ROWS)]
fn infer_hex8_small_gather(bencher: Bencher<'_, '_>, rows: usize) {
    infer(bencher, spec(BoardKind::Hex8, "small"), ConvForm::Gather, rows);
}

#[divan::bench(args = ROWS)]
fn infer_hex8_small_winograd(bencher: Bencher<'_, '_>, rows: usize) {
    infer(bencher, spec(BoardKind::Hex8, "small"), ConvForm::Winograd, rows);
}

#[divan::bench(args = ROWS)]
fn infer_square8_demo_gather(bencher: Bencher<'_, '_>, rows: usize) {
    infer(bencher, spec(BoardKind::Square8, "demo"), ConvForm::Gather, rows);
}

#[divan::bench(args = ROWS)]
fn infer_square8_demo_winograd(bencher: Bencher<'_, '_>, rows: usize) {
    infer(bencher, spec(BoardKind::Square8, "demo"), ConvForm::Winograd, rows);
}

#[divan::bench(args = ROWS)]
fn infer_square8_small_gather(bencher: Bencher<'_, '_>, rows: usize) {
    infer(bencher, spec(BoardKind::Square8, "small"), ConvForm::Gather, rows);
}

#[divan::bench(args = ROWS)]
fn infer_square8_small_winograd(bencher: Bencher<'_, '_>, rows: usize) {
    infer(bencher, spec(BoardKind::Square8, "small"), ConvForm::Winograd, rows);
}

#[divan::bench(args = ["demo", "small"])]
fn train_hex8_gather(bencher: Bencher<'_, '_>, size: &str) {
    train(bencher, spec(BoardKind::Hex8, size), ConvForm::Gather, 256);
}

#[divan::bench(args = ["demo", "small"])]
fn train_hex8_winograd(bencher: Bencher<'_, '_>, size: &str) {
    train(bencher, spec(BoardKind::Hex8, size), ConvForm::Winograd, 256);
}

#[divan::bench(args = ["demo", "small"])]
fn train_square8_gather(bencher: Bencher<'_, '_>, size: &str) {
    train(bencher, spec(BoardKind::Square8, size), ConvForm::Gather, 256);
}

#[divan::bench(args = ["demo", "small"])]
fn train_square8_winograd(bencher: Bencher<'_, '_>, size: &str) {
    train(bencher, spec(BoardKind::Square8, size), ConvForm::Winograd, 256);
}
