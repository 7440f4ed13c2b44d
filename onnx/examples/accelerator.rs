//! Holds an accelerator against the CPU: the same answers, the same losses, and how fast.
//!
//! `cargo run --release -p rr-onnx --example accelerator -- PROVIDER BOARD SIZE [SECONDS]`, with PROVIDER one of tensorrt, cuda, cpu
//! and `ORT_DYLIB_PATH` naming a library that has it. Prints one document of JSON; fails where the provider is not usable.

use std::error::Error;
use std::time::Instant;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_onnx::{
    ConvForm, Element, GraphOptions, InferenceSession, NetSpec, OptimizerState, ParamTable, Predictions,
    Provider, Runtime, SessionOptions, StepBatch, StepOptions, StepRates, TrainStep, inference_graph,
};
use serde_json::{Value, json};

/// Rows of the batches whose answers are compared.
const COMPARED: usize = 96;
/// Steps whose losses are compared.
const STEPS: usize = 30;
/// Samples of a step.
const SAMPLES: usize = 128;
/// Batches at which speed is measured.
const ROWS: [usize; 3] = [64, 256, 1024];

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |i: usize| words.get(i).map(String::as_str).ok_or("usage: PROVIDER BOARD SIZE [SECONDS]");
    let provider: Provider = word(0)?.parse()?;
    let spec = NetSpec::for_board(word(1)?.parse()?, word(2)?.parse()?)?;
    let seconds: f64 = word(3).unwrap_or("2").parse()?;
    let house = House {
        runtime: Runtime::load()?,
        options: SessionOptions { providers: vec![provider], device: 0, threads: 0 },
        weights: ParamTable::new(&spec).init(&mut ChaCha8Rng::seed_from_u64(1)),
        spec,
    };
    let report = json!({
        "provider": provider.to_string(), "library": house.runtime.version(), "board": word(1)?, "size": word(2)?,
        "parameters": house.weights.len(),
        "largest_difference": { "f32": house.differences(Element::F32)?, "f16": house.differences(Element::F16)? },
        "inference": house.inference(seconds)?,
        "training": house.training(seconds)?,
    });
    println!("{report:#}");
    Ok(())
}

/// What all measurements share.
struct House {
    runtime: Runtime,
    options: SessionOptions,
    weights: Vec<f32>,
    spec: NetSpec,
}

impl House {
    fn session(&self, compute: Element, options: &SessionOptions) -> Result<InferenceSession, Failure> {
        let graph = GraphOptions { form: ConvForm::fastest_inference(&self.spec), compute };
        let model = inference_graph(&self.spec, &self.weights, graph)?;
        Ok(InferenceSession::new(&self.runtime, &self.spec, &model, options)?)
    }

    /// Returns the largest difference between the accelerator's answers and the CPU's in f32, by output.
    fn differences(&self, compute: Element) -> Result<Value, Failure> {
        let batch = samples(&self.spec, COMPARED, 8, 3);
        let answers = |mut session: InferenceSession| -> Result<Predictions, Failure> {
            let mut answers = Predictions::default();
            session.run(&batch.cells, &batch.globals, &mut answers)?;
            Ok(answers)
        };
        let ours = answers(self.session(compute, &self.options)?)?;
        let cpu = answers(self.session(Element::F32, &SessionOptions::cpu(0))?)?;
        let widest = |read: &dyn Fn(&Predictions, usize) -> Vec<f32>| {
            let rows = (0..COMPARED).flat_map(|row| {
                let (a, b) = (read(&ours, row), read(&cpu, row));
                a.into_iter().zip(b).map(|(a, b)| (a - b).abs()).collect::<Vec<f32>>()
            });
            rows.fold(0.0, f32::max)
        };
        Ok(json!({
            "policy": widest(&|answers, row| answers.policy(row).to_vec()),
            "win_chances": widest(&|answers, row| answers.win_chances(row).to_vec()),
            "owner": widest(&|answers, row| answers.owner(row).to_vec()),
            "margins": widest(&|answers, row| answers.margins(row).to_vec()),
        }))
    }

    /// Returns positions per second by number format and rows.
    fn inference(&self, seconds: f64) -> Result<Value, Failure> {
        let mut found = Vec::new();
        for (name, compute) in [("f32", Element::F32), ("f16", Element::F16)] {
            let mut session = self.session(compute, &self.options)?;
            for rows in ROWS {
                let batch = samples(&self.spec, rows, 1, 5);
                let mut answers = Predictions::default();
                let run = || Ok(session.run(&batch.cells, &batch.globals, &mut answers)?);
                let rate = per_second(seconds, run)? * rows as f64;
                found.push(json!({ "format": name, "rows": rows, "positions_per_second": rate.round() }));
            }
        }
        Ok(found.into())
    }

    fn trainer(&self, compute: Element, session: SessionOptions) -> Result<TrainStep, Failure> {
        let cpu = StepOptions::cpu(&self.spec, 0);
        let options = StepOptions { graph: GraphOptions { compute, ..cpu.graph }, session, ..cpu };
        let state = OptimizerState::fresh(self.weights.clone());
        Ok(TrainStep::new(&self.runtime, &self.spec, options, &state)?)
    }

    /// Returns the losses of the same batches here and on the CPU, and samples per second.
    fn training(&self, seconds: f64) -> Result<Value, Failure> {
        let regions = StepOptions::cpu(&self.spec, 0).regions;
        let batches: Vec<StepBatch> =
            (0..4).map(|seed| samples(&self.spec, SAMPLES, regions, 10 + seed)).collect();
        let rates = StepRates { learning_rate: 1e-3, ema_decay: 0.99 };
        let losses = |trainer: &mut TrainStep| -> Result<Vec<f32>, Failure> {
            let steps = (0..STEPS).map(|step| trainer.step(&batches[step % batches.len()], rates));
            steps.map(|report| Ok(report?.total)).collect()
        };
        let cpu = losses(&mut self.trainer(Element::F32, SessionOptions::cpu(0))?)?;
        let mut found = vec![json!({ "format": "f32 on the CPU", "losses": cpu })];
        for (name, compute) in [("f32", Element::F32), ("f16", Element::F16)] {
            let mut trainer = self.trainer(compute, self.options.clone())?;
            let curve = losses(&mut trainer)?;
            let apart = curve.iter().zip(&cpu).map(|(a, b)| (a - b).abs() / b.abs()).fold(0.0, f32::max);
            let step = || Ok(trainer.step(&batches[0], rates).map(drop)?);
            let rate = per_second(seconds, step)? * SAMPLES as f64;
            found.push(json!({
                "format": name, "losses": curve, "largest_relative_difference": apart,
                "samples_per_second": rate.round(),
            }));
        }
        Ok(found.into())
    }
}

/// Repeats `work` after two runs that are not counted.
fn per_second(seconds: f64, mut work: impl FnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
    work()?;
    work()?;
    let (start, mut runs) = (Instant::now(), 0u32);
    while start.elapsed().as_secs_f64() < seconds {
        work()?;
        runs += 1;
    }
    Ok(f64::from(runs) / start.elapsed().as_secs_f64())
}

/// Makes samples of random features; each teaches one action, one winner and one owner of each cell.
fn samples(spec: &NetSpec, rows: usize, regions: usize, seed: u64) -> StepBatch {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut batch = StepBatch::zeros(spec, rows, regions);
    batch.cells.iter_mut().for_each(|value| *value = f32::from(u8::from(rng.random_ratio(1, 5))));
    batch.globals.iter_mut().for_each(|value| *value = rng.random_range(0.0..1.0));
    batch.policy_weight.fill(1.0);
    let (entries, width) = (spec.entries(), spec.entries() + regions);
    for row in 0..rows {
        let chosen = rng.random_range(0..entries);
        batch.policy_target[row * width + chosen] = 1.0;
        for place in 0..20 {
            batch.policy_mask[row * width + (chosen + 7 * place) % entries] = true;
        }
        batch.value_target[row * 4 + rng.random_range(0..2)] = 1.0;
        for cell in 0..spec.cells() {
            batch.owner_target[(row * spec.cells() + cell) * 5 + rng.random_range(0..5)] = 1.0;
        }
    }
    batch
}
