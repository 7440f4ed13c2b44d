//! What supervision costs: a panic until the actor serves again, and messages per second through a watched actor, with a `tracing`
//! subscriber as in a running node, over bare ractor in the same run.
//!
//! `cargo bench -p rr-actors --bench supervision` prints divan's tables and then one line of JSON with the two ratios that count;
//! the two sides of a ratio alternate, so that whatever else the machine does hits both.
#![allow(clippy::unwrap_used, reason = "a bench may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use divan::Bencher;
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use rr_actors::SystemClock;
use rr_actors::supervision::{
    ActorTree, Address, Backoff, ChildSpec, Strategy, Supervisor, SupervisorMsg, SupervisorSpec, TreePath,
};
use tokio::runtime::Runtime;

/// Messages of one stretch.
const MESSAGES: u64 = 100_000;
/// Stretches of each side.
const ROUNDS: usize = 15;
/// Panics that are timed.
const PANICS: usize = 2_000;
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

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

/// Logs as a node does that nobody watches closely: the level is asked everywhere, hardly anything is written.
fn subscribe() {
    let _ =
        tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::sink).try_init();
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
    subscribe();
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

/// Times both sides in turn; returns the messages per second of each, over the median stretch.
fn throughput() -> (f64, f64) {
    subscribe();
    let runtime = runtime();
    let (plain, seen) = (bare(&runtime), watched(&runtime));
    let mut times = (Vec::new(), Vec::new());
    let timed = |work: &dyn Fn() -> u64| {
        let before = Instant::now();
        divan::black_box(work());
        before.elapsed()
    };
    for _ in 0..ROUNDS {
        times.0.push(timed(&|| through_bare(&runtime, &plain, MESSAGES)));
        times.1.push(timed(&|| through_watched(&runtime, &seen, MESSAGES)));
    }
    let rate = |mut times: Vec<Duration>| {
        times.sort();
        MESSAGES as f64 / times[times.len() / 2].as_secs_f64()
    };
    (rate(times.0), rate(times.1))
}

/// Times many panics, each until an answer of the next life.
fn recoveries() -> Vec<Duration> {
    let runtime = runtime();
    let sink = watched(&runtime);
    let mut times: Vec<Duration> = (0..PANICS)
        .map(|_| {
            let before = Instant::now();
            recover(&runtime, &sink);
            before.elapsed()
        })
        .collect();
    times.sort();
    times
}

fn main() {
    static PANICKED: AtomicU64 = AtomicU64::new(0);
    // A backtrace on the terminal would be most of what is measured; the log line of the supervisor stays.
    std::panic::set_hook(Box::new(|_| {
        PANICKED.fetch_add(1, Ordering::Relaxed);
    }));
    divan::main();
    let (bare, watched) = throughput();
    let times = recoveries();
    let micros = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e6;
    println!(
        "{{\"bare_messages_per_second\": {bare:.0}, \"watched_messages_per_second\": {watched:.0}, \"ratio\": {:.3}, \
         \"panic_to_serving_us_p50\": {:.1}, \"panic_to_serving_us_p99\": {:.1}, \"panics\": {}}}",
        watched / bare,
        micros(50),
        micros(99),
        PANICKED.load(Ordering::Relaxed)
    );
}
