//! Positions per second through self-play, over bare ONNX Runtime at the same batch size: the two alternate within one run.
//!
//! Both sides have the same lanes (threads with a session each). `ratio` compares positions per second, which is what counts on a
//! machine that does nothing else; `cpu_ratio` compares positions per second of processor time, which others don't disturb. Prints
//! JSON, and writes it to the file of `--json FILE`. The first argument that is a number sets the seconds of a stretch.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "a bench may panic, and uses only a part of the test house"
)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rr_actors::workers::SelfPlayAssignment;
use rr_engine::board::GameConfig;
use rr_engine::encode::{CELL_FEATURES, GLOBAL_FEATURES};
use rr_onnx::{InferenceSession, ModelFile, NetSize, Predictions, Runtime, SessionOptions};
use serde_json::json;

#[path = "../tests/selfplay/house.rs"]
mod house;
mod stand;

use house::{House, Plan, network};

/// Stretches of each side.
const ROUNDS: u32 = 3;
/// Rows of a batch: half of a thread's games.
const ROWS: usize = 32;

fn main() {
    let stretch = Duration::from_secs(stand::number(4));
    let (load, mut cases) = (stand::load(), Vec::new());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (key, size, lanes) in [
        ("hex8_2p", NetSize::demo(), cores),
        ("hex8_2p", NetSize::demo(), 1),
        ("hex8_2p", NetSize::small(), cores),
    ] {
        let config: GameConfig = key.parse().unwrap();
        let file = network(config, size.clone(), 1);
        let (bare, played) = runtime.block_on(measure(config, &file, lanes, stretch));
        let ratio = |played: f64, bare: f64| (played / bare * 1000.0).round() / 1000.0;
        cases.push(json!({
            "config": key,
            "net": size.to_string(),
            "batch": ROWS,
            "lanes": lanes,
            "bare_positions_per_s": bare.per_second().round(),
            "selfplay_positions_per_s": played.per_second().round(),
            "ratio": ratio(played.per_second(), bare.per_second()),
            "cpu_ratio": ratio(played.per_cpu(), bare.per_cpu()),
        }));
    }
    stand::publish(
        &json!({"seconds_a_stretch": stretch.as_secs(), "stretches": ROUNDS, "cases": cases, "load": load}),
    );
}

/// Positions, and what they took.
#[derive(Default)]
struct Work {
    positions: u64,
    seconds: f64,
    cpu_seconds: f64,
}

impl Work {
    fn add(&mut self, positions: u64, started: Instant, cpu: f64) {
        self.positions += positions;
        self.seconds += started.elapsed().as_secs_f64();
        self.cpu_seconds += stand::cpu_seconds() - cpu;
    }

    fn per_second(&self) -> f64 {
        self.positions as f64 / self.seconds
    }

    fn per_cpu(&self) -> f64 {
        self.positions as f64 / self.cpu_seconds
    }
}

/// Measures the bare loop and self-play in turn.
async fn measure(config: GameConfig, file: &ModelFile, lanes: usize, stretch: Duration) -> (Work, Work) {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = Plan::new(lanes);
    plan.config = config;
    plan.lanes = lanes;
    plan.selfplay = rr_config::SelfplaySection {
        games_per_thread: 2 * ROWS as u32,
        ..rr_config::SelfplaySection::default()
    };
    let house = House::open(folder.path(), plan).await;
    let model = house.record(file).await;
    let active =
        SelfPlayAssignment { config, model, simulations: 64, exploration: 100, target: None, active: true };
    let (mut bare, mut played) = (Work::default(), Work::default());
    for _ in 0..ROUNDS {
        bare_loop(file, lanes, stretch, &mut bare);
        house.assign(active);
        tokio::time::sleep(Duration::from_secs(1)).await; // games spread out, models load
        let (before, started, cpu) = (positions(&house), Instant::now(), stand::cpu_seconds());
        tokio::time::sleep(stretch).await;
        played.add(positions(&house) - before, started, cpu);
        house.assign(SelfPlayAssignment { active: false, ..active });
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    house.close().await;
    (bare, played)
}

/// Counts what the device has evaluated.
fn positions(house: &House) -> u64 {
    house.slots.iter().map(|slot| slot.borrow().positions).sum()
}

/// Runs whole batches through sessions, one per lane, and nothing else.
fn bare_loop(file: &ModelFile, lanes: usize, stretch: Duration, work: &mut Work) {
    let runtime = Runtime::load().unwrap();
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let open =
        |_| InferenceSession::new(&runtime, file.spec(), file.onnx(), &SessionOptions::cpu(1)).unwrap();
    let sessions: Vec<InferenceSession> = (0..lanes).map(open).collect();
    let (started, cpu) = (Instant::now(), stand::cpu_seconds());
    std::thread::scope(|scope| {
        for mut session in sessions {
            let (stop, done) = (&stop, &done);
            let cells = vec![0.25; ROWS * file.spec().cells() * CELL_FEATURES];
            let globals = vec![0.25; ROWS * GLOBAL_FEATURES];
            let mut out = Predictions::default();
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    session.run(&cells, &globals, &mut out).unwrap();
                    done.fetch_add(ROWS as u64, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(stretch);
        stop.store(true, Ordering::Relaxed);
    });
    work.add(done.load(Ordering::Relaxed), started, cpu);
}
