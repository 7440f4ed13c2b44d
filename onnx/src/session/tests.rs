//! Sessions on the CPU: stable rows, learning, resuming, refusing.

use std::path::Path;

use crate::error::OnnxError;
use crate::graph::Element;
use crate::net::fixtures::{Board, batch, hexagon, rng, runtime, spec, square};
use crate::net::{ConvForm, GraphOptions, NetSize, NetSpec, ParamTable, inference_graph};
use crate::session::{
    InferenceSession, OptimizerState, Predictions, Provider, Runtime, SessionOptions, StepBatch, StepOptions,
    StepRates, TrainStep,
};

const RATES: StepRates = StepRates { learning_rate: 3e-3, ema_decay: 0.9 };

fn net(table: Board) -> NetSpec {
    spec(table, false, NetSize::new(2, 16))
}

fn session(spec: &NetSpec, form: ConvForm, threads: usize) -> InferenceSession {
    let values = ParamTable::new(spec).init(&mut rng(1));
    let options = GraphOptions { form, ..GraphOptions::portable() };
    let model = inference_graph(spec, &values, options).unwrap();
    InferenceSession::new(&runtime(), spec, &model, &SessionOptions::cpu(threads)).unwrap()
}

fn trainer(spec: &NetSpec) -> TrainStep {
    let state = OptimizerState::fresh(ParamTable::new(spec).init(&mut rng(2)));
    let options = StepOptions { regions: 2, weight_decay: 0.0, clip: 10.0, ..StepOptions::cpu(spec, 1) };
    TrainStep::new(&runtime(), spec, options, &state).unwrap()
}

/// Answers must not depend on the size of the batch, the place in it, or the company.
fn check_rows(spec: &NetSpec, form: ConvForm, threads: usize) {
    let mut session = session(spec, form, threads);
    let all = batch(spec, 70, 2, 4);
    let (wide, narrow) = (spec.cells() * spec.features().cell, spec.features().global);
    let mut whole = Predictions::default();
    session.run(&all.cells, &all.globals, &mut whole).unwrap();
    let mut part = Predictions::default();
    for (from, to) in [(0, 1), (7, 8), (3, 5), (10, 13), (1, 9), (20, 36), (5, 69), (2, 66), (0, 33)] {
        session
            .run(&all.cells[from * wide..to * wide], &all.globals[from * narrow..to * narrow], &mut part)
            .unwrap();
        assert_eq!(part.rows(), to - from);
        for row in from..to {
            let bits = |v: &[f32]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            let context = format!("row {row} of batch {from}..{to}, {form:?}, {threads} threads");
            assert_eq!(bits(part.policy(row - from)), bits(whole.policy(row)), "policy of {context}");
            assert_eq!(
                bits(part.value_logits(row - from)),
                bits(whole.value_logits(row)),
                "value of {context}"
            );
            assert_eq!(bits(part.owner(row - from)), bits(whole.owner(row)), "owner of {context}");
            assert_eq!(bits(part.margins(row - from)), bits(whole.margins(row)), "margins of {context}");
        }
    }
}

#[test]
fn a_row_does_not_depend_on_its_batch() {
    for threads in [1, 2] {
        check_rows(&spec(hexagon(4), false, NetSize::demo()), ConvForm::Gather, threads);
        check_rows(&spec(hexagon(4), false, NetSize::demo()), ConvForm::Winograd, threads);
        check_rows(&spec(square(8), false, NetSize::demo()), ConvForm::Gather, threads);
        check_rows(&spec(square(8), false, NetSize::demo()), ConvForm::Winograd, threads);
        check_rows(&spec(hexagon(2), true, NetSize::new(2, 16)), ConvForm::Gather, threads);
    }
}

#[test]
fn an_empty_batch_is_answered() {
    let spec = net(hexagon(1));
    let mut out = Predictions::default();
    session(&spec, ConvForm::Gather, 1).run(&[], &[], &mut out).unwrap();
    assert_eq!((out.rows(), out.policy(0)), (0, &[][..]));
}

#[test]
fn a_batch_of_the_wrong_size_is_refused() {
    let spec = net(hexagon(1));
    let mut session = session(&spec, ConvForm::Gather, 1);
    let error = session.run(&[0.0; 3], &[0.0; 6], &mut Predictions::default()).unwrap_err();
    assert_eq!(error.to_string(), "cells holds 3 values where the net needs 35");
}

#[test]
fn a_graph_of_another_net_is_refused() {
    let (one, other) = (net(hexagon(1)), net(hexagon(2)));
    let model =
        inference_graph(&one, &ParamTable::new(&one).init(&mut rng(1)), GraphOptions::portable()).unwrap();
    let error = InferenceSession::new(&runtime(), &other, &model, &SessionOptions::cpu(1)).unwrap_err();
    assert!(error.to_string().contains("input cells"), "{error}");
    let error = InferenceSession::new(&runtime(), &other, b"junk", &SessionOptions::cpu(1)).unwrap_err();
    assert!(matches!(error, OnnxError::Session { .. }), "{error}");
}

#[test]
fn a_missing_library_is_an_error_that_says_what_to_do() {
    let error = Runtime::load_from(Path::new("/nowhere/libonnxruntime.so")).unwrap_err().to_string();
    for part in ["/nowhere/libonnxruntime.so", "ORT_DYLIB_PATH", "make runtime"] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_provider_that_cannot_load_is_skipped_with_its_reason() {
    let spec = net(hexagon(1));
    let model =
        inference_graph(&spec, &ParamTable::new(&spec).init(&mut rng(1)), GraphOptions::portable()).unwrap();
    let options = SessionOptions { threads: 1, ..SessionOptions::default() };
    let session = InferenceSession::new(&runtime(), &spec, &model, &options).unwrap();
    let choice = session.provider();
    // The pinned wheel is the CPU build; with a GPU build in its place an earlier provider may be used.
    assert!(choice.skipped.iter().all(|s| !s.reason.is_empty()));
    assert_eq!(choice.skipped.len(), Provider::ALL.iter().position(|p| *p == choice.used).unwrap());
    let none = SessionOptions { providers: vec![], ..options };
    let error = InferenceSession::new(&runtime(), &spec, &model, &none).unwrap_err();
    assert!(error.to_string().contains("add `cpu`"), "{error}");
}

fn overfit(spec: &NetSpec, batch: &StepBatch, steps: usize) -> (f32, f32) {
    let mut trainer = trainer(spec);
    let first = trainer.step(batch, RATES).unwrap();
    let mut last = first;
    for i in 0..steps {
        let learning_rate = RATES.learning_rate * (1.0 - i as f32 / steps as f32);
        last = trainer.step(batch, StepRates { learning_rate, ..RATES }).unwrap();
    }
    (first.total, last.total)
}

/// Puts all weight of each row on its largest element.
fn sharpen(values: &mut [f32], width: usize) {
    for row in values.chunks_mut(width) {
        let best = (0..width).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap();
        row.iter_mut().enumerate().for_each(|(i, v)| *v = f32::from(u8::from(i == best)));
    }
}

/// Makes every target certain, so that the best possible loss is zero.
fn certain(spec: &NetSpec, rows: usize) -> StepBatch {
    let mut batch = batch(spec, rows, 2, 8);
    sharpen(&mut batch.policy_target, spec.entries() + 2);
    sharpen(&mut batch.next_target, spec.entries());
    sharpen(&mut batch.value_target, 4);
    sharpen(&mut batch.owner_target, 5);
    batch
}

#[test]
fn a_net_overfits_a_fixed_batch() {
    for table in [hexagon(2), square(4)] {
        let wide = NetSize { value_channels: 32, ..NetSize::new(2, 24) };
        let spec = spec(table, false, wide);
        let (first, last) = overfit(&spec, &certain(&spec, 12), 800);
        assert!(first > 3.0 && last < 0.05, "loss went from {first} to {last}");
    }
}

/// A thousand positions, learned in batches as a trainer does; what the net must remember is random.
#[test]
fn a_net_overfits_a_thousand_positions() {
    let spec =
        spec(hexagon(1), false, NetSize { value_channels: 48, value_hidden: 192, ..NetSize::new(3, 64) });
    let batches: Vec<StepBatch> = (0..8)
        .map(|i| {
            let mut batch = batch(&spec, 125, 2, 40 + i);
            for share in [&mut batch.owner_target, &mut batch.margins_target] {
                share.fill(0.0);
            }
            sharpen(&mut batch.policy_target, spec.entries() + 2);
            sharpen(&mut batch.value_target, 4);
            batch
        })
        .collect();
    let mut trainer = trainer(&spec);
    let (epochs, mut first, mut last) = (60, 0.0, 0.0);
    for epoch in 0..epochs {
        let rates = StepRates { learning_rate: 2e-3 * (1.0 - epoch as f32 / epochs as f32), ema_decay: 0.99 };
        last = 0.0;
        for batch in &batches {
            let report = trainer.step(batch, rates).unwrap();
            last += (report.policy + report.value) / batches.len() as f32;
        }
        first = if epoch == 0 { last } else { first };
    }
    assert!(first > 2.0 && last < 0.1, "policy and value loss went from {first} to {last}");
}

#[test]
fn a_resumed_run_repeats_the_same_losses() {
    let spec = net(hexagon(1));
    let batches: Vec<StepBatch> = (0..6).map(|i| batch(&spec, 4 + i, 2, i as u64)).collect();
    let mut straight = trainer(&spec);
    let mut reports: Vec<_> = batches[..3].iter().map(|b| straight.step(b, RATES).unwrap()).collect();
    let saved = straight.export().unwrap();
    assert_eq!(saved.step, 3);
    reports.extend(batches[3..].iter().map(|b| straight.step(b, RATES).unwrap()));

    let mut resumed = trainer(&spec);
    resumed.step(&batches[5], RATES).unwrap();
    resumed.import(&saved).unwrap();
    let again: Vec<_> = batches[3..].iter().map(|b| resumed.step(b, RATES).unwrap()).collect();
    assert_eq!(again, reports[3..]);
    assert_eq!(resumed.export().unwrap(), straight.export().unwrap());
}

#[test]
fn a_step_follows_adamw() {
    let spec = net(hexagon(1));
    let mut trainer = trainer(&spec);
    let before = trainer.export().unwrap();
    trainer.step(&batch(&spec, 4, 2, 1), RATES).unwrap();
    let after = trainer.export().unwrap();
    // After one step both moments hold the same gradient, so that AdamW moves every weight by the rate, against its sign.
    for i in 0..before.parameters.len() {
        let gradient = after.mean[i] / 0.1;
        assert!(
            (after.square[i] - 0.001 * gradient * gradient).abs() <= 1e-4 * after.square[i].abs() + 1e-12
        );
        let expected = -RATES.learning_rate * gradient / (gradient.abs() + 1e-8);
        let moved = after.parameters[i] - before.parameters[i];
        assert!((moved - expected).abs() < 1e-4 * RATES.learning_rate + 1e-6, "{i}: {moved} vs {expected}");
        let average = 0.9 * before.average[i] + 0.1 * after.parameters[i];
        assert!((after.average[i] - average).abs() < 1e-6);
    }
}

#[test]
fn a_step_that_is_not_finite_keeps_the_state() {
    let spec = net(hexagon(1));
    let mut trainer = trainer(&spec);
    let good = batch(&spec, 4, 2, 1);
    trainer.step(&good, RATES).unwrap();
    let before = trainer.export().unwrap();
    let mut bad = good.clone();
    bad.value_target[0] = f32::NAN;
    let error = trainer.step(&bad, RATES).unwrap_err();
    assert!(matches!(error, OnnxError::NotFinite { step: 2, .. }), "{error}");
    assert_eq!(trainer.export().unwrap(), before);
    trainer.step(&good, RATES).unwrap();
}

#[test]
fn a_state_of_another_net_is_refused() {
    let (one, other) = (net(hexagon(1)), net(hexagon(2)));
    let mut trainer = trainer(&one);
    let state = OptimizerState::fresh(vec![0.0; ParamTable::new(&other).total() + 1]);
    assert!(trainer.import(&state).unwrap_err().to_string().contains("parameters holds"));
}

/// Where the CPU has no f16 kernel ONNX Runtime converts around it, so the f16 graph can be proven without a GPU.
#[test]
fn f16_layers_with_f32_state_learn_like_f32() {
    let spec = net(hexagon(2));
    let batch = batch(&spec, 8, 2, 1);
    let losses = |compute: Element| {
        let state = OptimizerState::fresh(ParamTable::new(&spec).init(&mut rng(2)));
        let mut options = StepOptions { regions: 2, ..StepOptions::cpu(&spec, 1) };
        options.graph = GraphOptions { compute, ..GraphOptions::portable() };
        let mut trainer = TrainStep::new(&runtime(), &spec, options, &state).unwrap();
        (0..20).map(|_| trainer.step(&batch, RATES).unwrap().total).collect::<Vec<f32>>()
    };
    let (single, half) = (losses(Element::F32), losses(Element::F16));
    for (a, b) in single.iter().zip(&half) {
        assert!((a - b).abs() < 2e-2 * a.abs(), "{single:?} vs {half:?}");
    }
}
