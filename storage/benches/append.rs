//! Measures appending games, which is what self-play waits for.

// A bench that cannot set itself up has nothing to report.
#![allow(clippy::expect_used)]

use std::sync::atomic::{AtomicU64, Ordering};

use divan::Bencher;
use rr_storage::{GameOrigin, GameParity, NewGame, Plies, Samples, Store, StoreOptions, UnixMillis};

const OPTIONS: StoreOptions =
    StoreOptions { cache_bytes: 64 << 20, check_on_open: false, dedup_window: 10_000 };

fn main() {
    divan::main();
}

/// Makes a record of the size of a hex8 game with search statistics; every number gives another one.
fn game(number: u64) -> NewGame {
    let record: Vec<u8> = (0..12_000u64)
        .map(|at| ((number.wrapping_mul(0x9e37_79b9) ^ at.wrapping_mul(at)) >> 3) as u8 & 0x1f)
        .collect();
    NewGame {
        config: "hex8_2p".parse().expect("a config"),
        plies: Plies(60),
        samples: Samples(15),
        source: GameOrigin::SelfPlay,
        models: Vec::new(),
        parity: GameParity::Passed,
        finished_at: UnixMillis(number),
        record: [number.to_le_bytes().to_vec(), record].concat(),
    }
}

/// Appends games in transactions of `batch`, each synced to the disk.
#[divan::bench(args = [1, 16, 128])]
fn append_games(bencher: Bencher, batch: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("store.redb"), OPTIONS).expect("a store");
    let next = AtomicU64::new(0);
    bencher
        .counter(divan::counter::ItemsCount::new(batch))
        .with_inputs(|| {
            let first = next.fetch_add(batch, Ordering::Relaxed);
            (first..first + batch).map(game).collect::<Vec<_>>()
        })
        .bench_refs(|games| {
            store.write(|write| write.append_games(games).map(|_| ())).expect("a commit");
        });
}
