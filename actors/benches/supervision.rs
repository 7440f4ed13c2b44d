//! What supervision costs: a panic until the actor serves again, and messages per second through a watched actor over bare ractor in
//! the same run.
//!
//! The watched side counts, logs and makes spans as a running node does; with `--spans` there is a collector, in this process, and a
//! share of the messages reaches it. The bare side is ractor alone, with logging off. Both sides alternate, so that whatever else the
//! machine does hits both; `cpu_ratio` compares messages per second of processor time. Prints percentiles and ratios as one line of
//! JSON, and writes them to the file of `--json FILE`; with `--divan` also divan's tables. Log lines go to standard error, one for each
//! panic, as in a node.
#![allow(clippy::unwrap_used, reason = "a bench may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use divan::Bencher;
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use rr_actors::SystemClock;
use rr_actors::log_control::LogControl;
use rr_actors::supervision::{
    ActorTree, Address, Backoff, ChildSpec, Strategy, Supervisor, SupervisorMsg, SupervisorSpec, TreePath,
};
use serde_json::json;
use tokio::runtime::Runtime;

mod stand;

/// Messages of one stretch.
const MESSAGES: u64 = 100_000;
/// Stretches of each side.
const ROUNDS: usize = 15;
/// Panics that are timed.
const PANICS: usize = 2_000;
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
enum SinkMsg {
    Count,
    Read(RpcReplyPort<u64>),
    Panic,
}

/// Does as little as an actor can.
struct Sink;

impl Actor for Sink {
    type Msg = SinkMsg;
    type State = u64;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<SinkMsg>, (): ()) -> Result<u64, ActorProcessingErr> {
        Ok(0)
    }

    async fn handle(
        &self,
        _: ActorRef<SinkMsg>,
        message: SinkMsg,
        count: &mut u64,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SinkMsg::Count => *count += 1,
            SinkMsg::Read(reply) => reply.send(*count)?,
            SinkMsg::Panic => std::panic::panic_any("told to"),
        }
        Ok(())
    }
}

struct Watched {
    address: Address<SinkMsg>,
    _root: ActorRef<SupervisorMsg>,
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn watched(runtime: &Runtime) -> Watched {
    let tree = ActorTree::new(Arc::new(SystemClock::new()));
    let spec = SupervisorSpec::new(Strategy::OneForOne)
        .backoff(Backoff::none())
        .intensity(usize::MAX, Duration::from_secs(1))
        .child(ChildSpec::worker("sink", |_| (Sink, ())));
    let (root, _) = runtime.block_on(Supervisor::start_root("node", spec, &tree, 1)).unwrap();
    Watched { address: tree.address(&TreePath::new("node/sink")), _root: root }
}

fn bare(runtime: &Runtime) -> ActorRef<SinkMsg> {
    runtime.block_on(Sink::spawn(None, Sink, ())).unwrap().0
}

fn through_watched(runtime: &Runtime, sink: &Watched, messages: u64) -> u64 {
    runtime.block_on(async {
        (0..messages).for_each(|_| sink.address.cast(SinkMsg::Count).unwrap());
        sink.address.call(SinkMsg::Read, PATIENCE).await.unwrap()
    })
}

fn through_bare(runtime: &Runtime, sink: &ActorRef<SinkMsg>, messages: u64) -> u64 {
    runtime.block_on(async {
        (0..messages).for_each(|_| sink.cast(SinkMsg::Count).unwrap());
        ractor::rpc::call(sink, SinkMsg::Read, Some(PATIENCE)).await.unwrap().unwrap()
    })
}

#[divan::bench(sample_count = 20)]
fn bare_ractor(bencher: Bencher) {
    let runtime = runtime();
    let sink = bare(&runtime);
    bencher
        .counter(divan::counter::ItemsCount::new(MESSAGES))
        .bench_local(|| through_bare(&runtime, &sink, MESSAGES));
}

#[divan::bench(sample_count = 20)]
fn watched_actor(bencher: Bencher) {
    let runtime = runtime();
    let sink = watched(&runtime);
    bencher
        .counter(divan::counter::ItemsCount::new(MESSAGES))
        .bench_local(|| through_watched(&runtime, &sink, MESSAGES));
}

#[divan::bench(sample_count = 200)]
fn panic_to_serving_again(bencher: Bencher) {
    let runtime = runtime();
    let sink = watched(&runtime);
    bencher.bench_local(|| recover(&runtime, &sink));
}

/// Makes the actor panic and waits for an answer of its next life.
fn recover(runtime: &Runtime, sink: &Watched) {
    runtime.block_on(async {
        sink.address.cast(SinkMsg::Panic).unwrap();
        while sink.address.call(SinkMsg::Read, PATIENCE).await.is_err() {
            tokio::task::yield_now().await;
        }
    });
}

/// Messages per second, and per second of processor time, of one stretch.
struct Rate {
    wall: f64,
    cpu: f64,
}

fn timed(work: impl FnOnce() -> u64) -> Rate {
    let (before, cpu) = (Instant::now(), stand::cpu_seconds());
    divan::black_box(work());
    let (wall, cpu) = (before.elapsed().as_secs_f64(), stand::cpu_seconds() - cpu);
    Rate { wall: MESSAGES as f64 / wall, cpu: MESSAGES as f64 / cpu }
}

/// Times both sides in turn; returns the rates of every stretch, bare and watched.
fn throughput(log: &LogControl) -> Vec<(Rate, Rate)> {
    let runtime = runtime();
    let (plain, seen) = (bare(&runtime), watched(&runtime));
    let mut rates = Vec::new();
    for _ in 0..=ROUNDS {
        let logged = log.set("off").unwrap();
        let bare = timed(|| through_bare(&runtime, &plain, MESSAGES));
        log.set(&logged).unwrap();
        rates.push((bare, timed(|| through_watched(&runtime, &seen, MESSAGES))));
    }
    rates.split_off(1) // the first one warms up
}

/// Times many panics, each until an answer of the next life, in microseconds and sorted.
fn recoveries() -> Vec<f64> {
    let runtime = runtime();
    let sink = watched(&runtime);
    let mut times: Vec<f64> = (0..PANICS)
        .map(|_| {
            let before = Instant::now();
            recover(&runtime, &sink);
            before.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times
}

fn main() {
    static PANICKED: AtomicU64 = AtomicU64::new(0);
    // A backtrace on the terminal would be most of what is measured; the log line of the supervisor stays.
    std::panic::set_hook(Box::new(|_| {
        PANICKED.fetch_add(1, Ordering::Relaxed);
    }));
    let load = stand::load();
    let (log, spans) = stand::watch(stand::has_flag("--spans"));
    if stand::has_flag("--divan") {
        divan::main();
    }
    let rates = throughput(&log);
    let times = recoveries();
    let middle = |pick: &dyn Fn(&(Rate, Rate)) -> f64| stand::median(rates.iter().map(pick).collect());
    let micros = |share| (stand::at_share(&times, share) * 10.0).round() / 10.0;
    let round = |ratio: f64| (ratio * 1000.0).round() / 1000.0;
    stand::publish(&json!({
        "spans_sent_to_a_collector": spans.is_some(),
        "bare_messages_per_second": middle(&|(bare, _)| bare.wall).round(),
        "watched_messages_per_second": middle(&|(_, seen)| seen.wall).round(),
        "ratio": round(middle(&|(bare, seen)| seen.wall / bare.wall)),
        "cpu_ratio": round(middle(&|(bare, seen)| seen.cpu / bare.cpu)),
        "stretches": ROUNDS,
        "messages_a_stretch": MESSAGES,
        "panic_to_serving_us": {"p50": micros(0.5), "p90": micros(0.9), "p99": micros(0.99), "p999": micros(0.999), "max": micros(1.0)},
        "panics": PANICKED.load(Ordering::Relaxed),
        "spans": spans.as_ref().map(|pipe| json!({"sent": pipe.counts().sent(), "dropped": pipe.counts().dropped()})),
        "load": load,
    }));
}
