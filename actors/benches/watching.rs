//! What all watching costs self-play: positions per second with logs, counts, spans and a reader of the numbers, over none of them.
//!
//! Two small nodes in one process play in turn. Of the one every actor is counted and traced, logs are written as by default, spans go
//! to a collector (in this process, so that its work counts too), and somebody reads the whole tree every second. Of the other the
//! actors are bare and logging is off. `cost` is the share of positions that watching takes, by processor time: the median over pairs
//! of stretches, with the quartiles; `wall_cost` is the same by the clock. Prints JSON, and writes it to the file of `--json FILE`; the
//! first argument that is a number sets the seconds of a stretch.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "a bench may panic, and uses only a part of the test house"
)]

use std::time::{Duration, Instant};

use rr_actors::log_control::LogControl;
use rr_actors::supervision::ActorTree;
use rr_actors::workers::SelfPlayAssignment;
use rr_onnx::{ModelFile, NetSize};
use serde_json::json;

#[path = "../tests/selfplay/house.rs"]
mod house;
mod stand;

use house::{House, Plan, network};

/// Pairs of stretches.
const PAIRS: usize = 12;
/// Rows of a batch: half of a thread's games.
const ROWS: u32 = 32;
/// Time between two readings of the tree; a scraper of metrics takes fifteen seconds.
const READ_EVERY: Duration = Duration::from_secs(1);

fn main() {
    let stretch = Duration::from_secs(stand::number(4));
    let load = stand::load();
    let (log, spans) = stand::watch(true);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let pairs = runtime.block_on(measure(&log, stretch));
    let sorted = |pick: &dyn Fn(&(Stretch, Stretch)) -> f64| {
        let mut costs: Vec<f64> = pairs.iter().map(pick).collect();
        costs.sort_by(f64::total_cmp);
        costs
    };
    let cpu = sorted(&|(bare, seen)| 1.0 - seen.per_cpu() / bare.per_cpu());
    let wall = sorted(&|(bare, seen)| 1.0 - seen.per_second() / bare.per_second());
    let shares = |costs: &[f64]| {
        let at = |share| (stand::at_share(costs, share) * 1e4).round() / 1e4;
        json!({"median": at(0.5), "first_quartile": at(0.25), "third_quartile": at(0.75)})
    };
    let rate =
        |pick: &dyn Fn(&(Stretch, Stretch)) -> f64| stand::median(pairs.iter().map(pick).collect()).round();
    let counts = spans.unwrap().counts();
    stand::publish(&json!({
        "cost": shares(&cpu),
        "wall_cost": shares(&wall),
        "bare_positions_per_s": rate(&|(bare, _)| bare.per_second()),
        "watched_positions_per_s": rate(&|(_, seen)| seen.per_second()),
        "watched_messages_per_s": rate(&|(_, seen)| seen.messages as f64 / seen.seconds),
        "pairs": PAIRS,
        "seconds_a_stretch": stretch.as_secs(),
        "spans": {"sent": counts.sent(), "dropped": counts.dropped(), "refused": counts.refused()},
        "load": load,
    }));
}

/// What one side did in its turn.
struct Stretch {
    positions: u64,
    messages: u64,
    seconds: f64,
    cpu_seconds: f64,
}

impl Stretch {
    fn per_second(&self) -> f64 {
        self.positions as f64 / self.seconds
    }

    fn per_cpu(&self) -> f64 {
        self.positions as f64 / self.cpu_seconds
    }
}

/// Lets both nodes play in turn.
async fn measure(log: &LogControl, stretch: Duration) -> Vec<(Stretch, Stretch)> {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (bare, seen) = (open(folders[0].path(), false).await, open(folders[1].path(), true).await);
    let file = network(bare.config, NetSize::demo(), 1);
    let (bare_plays, seen_plays) = (plays(&bare, &file).await, plays(&seen, &file).await);
    let logged = log.directives();
    let mut pairs = Vec::new();
    for _ in 0..=PAIRS {
        log.set("off").unwrap();
        let without = play(&bare, bare_plays, stretch, false).await;
        log.set(&logged).unwrap();
        pairs.push((without, play(&seen, seen_plays, stretch, true).await));
    }
    bare.close().await;
    seen.close().await;
    pairs.split_off(1) // the first one loads the model and spreads the games out
}

async fn open(folder: &std::path::Path, watched: bool) -> House {
    let mut plan = Plan::new(std::thread::available_parallelism().map_or(1, usize::from));
    plan.watched = watched;
    plan.selfplay =
        rr_config::SelfplaySection { games_per_thread: 2 * ROWS, ..rr_config::SelfplaySection::default() };
    House::open(folder, plan).await
}

async fn plays(house: &House, file: &ModelFile) -> SelfPlayAssignment {
    let model = house.record(file).await;
    let (exploration, target) = (100, None);
    SelfPlayAssignment { config: house.config, model, simulations: 64, exploration, target, active: true }
}

/// Lets a node play for a stretch, with or without somebody who reads its numbers.
async fn play(house: &House, plays: SelfPlayAssignment, stretch: Duration, read: bool) -> Stretch {
    house.assign(plays);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let reader = read.then(|| tokio::spawn(read_on(house.tree.clone())));
    let (before, handled) = (positions(house), messages(house));
    let (started, cpu) = (Instant::now(), stand::cpu_seconds());
    tokio::time::sleep(stretch).await;
    let (seconds, cpu_seconds) = (started.elapsed().as_secs_f64(), stand::cpu_seconds() - cpu);
    let done = Stretch {
        positions: positions(house) - before,
        messages: messages(house) - handled,
        seconds,
        cpu_seconds,
    };
    if let Some(reader) = reader {
        reader.abort();
    }
    house.assign(SelfPlayAssignment { active: false, ..plays });
    tokio::time::sleep(Duration::from_millis(300)).await;
    done
}

async fn read_on(tree: ActorTree) {
    let mut ticks = tokio::time::interval(READ_EVERY);
    loop {
        ticks.tick().await;
        std::hint::black_box(tree.snapshot());
    }
}

fn positions(house: &House) -> u64 {
    house.slots.iter().map(|slot| slot.borrow().positions).sum()
}

fn messages(house: &House) -> u64 {
    house.tree.snapshot().iter().map(|node| node.load.handled).sum()
}
