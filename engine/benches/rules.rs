//! What a ply costs: whole random games, and listing and playing moves in the middle of one.
//!
//! Every bench counts plies, so divan shows plies per second; `clone` is the baseline that the others of the same run
//! are compared with.
#![allow(clippy::unwrap_used, reason = "a bench may panic")]

use divan::{Bencher, black_box, counter::ItemsCount};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_engine::{
    board::GameConfig,
    playout::{playout, random_move},
    rules::{Move, MoveList, Position},
    with_board_width,
};

const CONFIGS: [&str; 5] = ["square8_2p", "hex8_2p", "hex8_4p", "square19_2p", "hexagonal_2p"];

fn main() {
    divan::main();
}

/// Samples positions along random games, each with the move then played.
fn sample<const W: usize>(config: GameConfig, count: usize) -> Vec<(Position<W>, Move)> {
    let initial = Position::<W>::initial(config).unwrap();
    let (mut rng, mut list) = (ChaCha8Rng::seed_from_u64(3), MoveList::new());
    let (mut position, mut samples) = (initial.clone(), Vec::new());
    for ply in 0.. {
        position.legal_moves(&mut list);
        let Some(mv) = random_move(&position, &list, &mut rng) else {
            position = initial.clone();
            continue;
        };
        if ply % 13 == 0 {
            samples.push((position.clone(), mv));
            if samples.len() == count {
                break;
            }
        }
        position.apply(mv);
    }
    samples
}

#[divan::bench(args = CONFIGS)]
fn random_games(bencher: Bencher, key: &str) {
    let config: GameConfig = key.parse().unwrap();
    let plies = 2048;
    bencher
        .counter(ItemsCount::new(plies))
        .bench(|| playout(config, black_box(1), |report| report.plies < plies).unwrap());
}

#[divan::bench(args = CONFIGS)]
fn legal_moves(bencher: Bencher, key: &str) {
    let config: GameConfig = key.parse().unwrap();
    with_board_width!(config.board, W => {
        let samples = sample::<W>(config, 256);
        let mut list = MoveList::new();
        bencher.counter(ItemsCount::new(samples.len())).bench_local(|| {
            samples.iter().map(|(position, _)| { position.legal_moves(&mut list); list.len() }).sum::<usize>()
        });
    });
}

#[divan::bench(args = CONFIGS)]
fn clone_and_apply(bencher: Bencher, key: &str) {
    let config: GameConfig = key.parse().unwrap();
    with_board_width!(config.board, W => {
        let samples = sample::<W>(config, 256);
        bencher.counter(ItemsCount::new(samples.len())).bench_local(|| {
            for (position, mv) in &samples {
                let mut next = position.clone();
                next.apply(*mv);
                black_box(&next);
            }
        });
    });
}

#[divan::bench(args = CONFIGS)]
fn clone(bencher: Bencher, key: &str) {
    let config: GameConfig = key.parse().unwrap();
    with_board_width!(config.board, W => {
        let samples = sample::<W>(config, 256);
        bencher.counter(ItemsCount::new(samples.len())).bench_local(|| {
            for (position, _) in &samples {
                black_box(position.clone());
            }
        });
    });
}
