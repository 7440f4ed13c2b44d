//! Measures inference or training by CPU time, which stays meaningful on a machine that does other work too.
//!
//! `cargo run --release -p rr-onnx --example throughput -- infer|train BOARD SIZE gather|winograd ROWS SECONDS [THREADS]`
//! prints one line of JSON: rows per second of wall time and per CPU second.

use std::error::Error;
use std::time::Instant;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_onnx::{
    ConvForm, GraphOptions, InferenceSession, NetSpec, OptimizerState, ParamTable, Predictions, Runtime,
    SessionOptions, StepBatch, StepOptions, StepRates, TrainStep, inference_graph,
};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |i: usize| words.get(i).map(String::as_str).ok_or("too few arguments");
    let spec = NetSpec::for_board(word(1)?.parse()?, word(2)?.parse()?)?;
    let form = match word(3)? {
        "gather" => ConvForm::Gather,
        "winograd" => ConvForm::Winograd,
        other => return Err(format!("`{other}` is no form").into()),
    };
    let (rows, seconds): (usize, f64) = (word(4)?.parse()?, word(5)?.parse()?);
    let threads = word(6).unwrap_or("2").parse()?;
    let parameters = ParamTable::new(&spec).total();
    let mut work = match word(0)? {
        "infer" => infer(spec, form, rows, threads)?,
        "train" => train(spec, form, rows, threads)?,
        other => return Err(format!("`{other}` is neither infer nor train").into()),
    };
    for _ in 0..2 {
        work()?;
    }
    let (start, cpu) = (Instant::now(), cpu_seconds()?);
    let mut runs = 0;
    while start.elapsed().as_secs_f64() < seconds {
        work()?;
        runs += 1;
    }
    let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
    let count = (runs * rows) as f64;
    println!(
        "{}",
        serde_json::json!({
            "mode": word(0)?, "board": word(1)?, "size": word(2)?, "form": word(3)?, "rows": rows, "threads": threads,
            "parameters": parameters, "runs": runs, "per_second": (count / wall).round(), "per_cpu_second": (count / cpu).round(),
        })
    );
    Ok(())
}

type Work = Box<dyn FnMut() -> Result<(), Box<dyn Error>>>;

fn infer(spec: NetSpec, form: ConvForm, rows: usize, threads: usize) -> Result<Work, Box<dyn Error>> {
    let values = ParamTable::new(&spec).init(&mut ChaCha8Rng::seed_from_u64(1));
    let model = inference_graph(&spec, &values, GraphOptions { form, ..GraphOptions::portable() })?;
    let mut session = InferenceSession::new(&Runtime::load()?, &spec, &model, &SessionOptions::cpu(threads))?;
    let features = spec.features();
    let cells = vec![0.25; rows * spec.cells() * features.cell];
    let globals = vec![1.0; rows * features.global];
    let mut answers = Predictions::default();
    Ok(Box::new(move || Ok(session.run(&cells, &globals, &mut answers)?)))
}

fn train(spec: NetSpec, form: ConvForm, rows: usize, threads: usize) -> Result<Work, Box<dyn Error>> {
    let values = ParamTable::new(&spec).init(&mut ChaCha8Rng::seed_from_u64(1));
    let mut options = StepOptions::cpu(&spec, threads);
    options.graph.form = form;
    let mut batch = StepBatch::zeros(&spec, rows, options.regions);
    batch.cells.iter_mut().enumerate().for_each(|(i, v)| *v = f32::from(u8::from(i % 5 == 0)));
    batch.globals.fill(1.0);
    batch.policy_weight.fill(1.0);
    let width = spec.entries() + options.regions;
    for row in 0..rows {
        batch.policy_target[row * width + row % spec.entries()] = 1.0;
        batch.policy_mask[row * width + row % spec.entries()] = true;
        batch.value_target[row * 4] = 1.0;
    }
    let mut trainer = TrainStep::new(&Runtime::load()?, &spec, options, &OptimizerState::fresh(values))?;
    let rates = StepRates { learning_rate: 1e-4, ema_decay: 0.99 };
    Ok(Box::new(move || Ok(trainer.step(&batch, rates).map(drop)?)))
}

/// Reads the CPU time of this process, all threads together.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |i: usize| {
        fields.get(i).ok_or("short /proc/self/stat")?.parse::<f64>().map_err(Box::<dyn Error>::from)
    };
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}
