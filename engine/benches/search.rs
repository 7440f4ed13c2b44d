//! What the search itself costs: a free evaluator, so that nothing but the tree, the game and the encoding counts.
//!
//! Each iteration runs one search of 200 simulations; divide by the item count, which divan shows as items per second.
#![allow(clippy::unwrap_used, reason = "a bench may panic")]

use divan::{Bencher, counter::ItemsCount};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_engine::action::{PlayScratch, PlayState};
use rr_engine::board::GameConfig;
use rr_engine::player::NetworkGame;
use rr_engine::rules::Rules;
use rr_engine::search::{Game, GumbelSearch, SearchBudget, SearchParams, UniformEvaluator, run_search};
use rr_engine::selfplay::{EvalBatch, FleetModel, FleetOptions, NumberedGames, PlaySettings, board_fleet};
use rr_engine::with_board_width;

const SIMULATIONS: u32 = 200;

fn main() {
    divan::main();
}

/// Plays a third of a usual game at random.
fn middle_game<const W: usize>(config: GameConfig) -> PlayState<W> {
    let mut state = PlayState::initial(config, Rules::for_config(config), &mut PlayScratch::new()).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut actions = Vec::new();
    for _ in 0..config.board.geometry().cells() * 2 / 5 {
        Game::actions(&state, &mut actions);
        Game::apply(&mut state, actions[rng.random_range(0..actions.len())]);
    }
    state
}

fn config(key: &str) -> GameConfig {
    key.parse().unwrap()
}

#[divan::bench(args = ["hex8_2p", "square8_2p", "hex8_4p", "square19_2p", "hexagonal_2p"])]
fn simulations(bencher: Bencher, key: &str) {
    let config = config(key);
    with_board_width!(config.board, W => {
        let state = middle_game::<W>(config);
        let large = W > 1;
        let params = if large { SearchParams::large_board() } else { SearchParams::default() };
        let mut search = GumbelSearch::new(SearchParams { reuse_tree: false, ..params }, &state);
        let mut seed = 0;
        bencher.counter(ItemsCount::new(SIMULATIONS)).bench_local(|| {
            seed += 1;
            search.begin(&state, SIMULATIONS, seed);
            run_search(&mut search, &mut UniformEvaluator, None).unwrap();
            search.simulations_done()
        });
    });
}

#[divan::bench(args = ["hex8_2p", "square8_2p", "square19_2p", "hexagonal_2p"])]
fn encode_one_row(bencher: Bencher, key: &str) {
    let config = config(key);
    with_board_width!(config.board, W => {
        let state = middle_game::<W>(config);
        let shape = state.row_shape();
        let (mut cells, mut globals) = (vec![0.0; shape.cells], vec![0.0; shape.globals]);
        bencher.counter(ItemsCount::new(1_u32)).bench_local(|| state.encode_row(&mut cells, &mut globals));
    });
}

#[divan::bench(args = ["hex8_2p", "square8_2p", "square19_2p", "hexagonal_2p"])]
fn read_logits(bencher: Bencher, key: &str) {
    let config = config(key);
    with_board_width!(config.board, W => {
        let state = middle_game::<W>(config);
        let policy = vec![0.5; state.row_shape().policy];
        let (mut actions, mut logits) = (Vec::new(), Vec::new());
        Game::actions(&state, &mut actions);
        bencher.counter(ItemsCount::new(1_u32)).bench_local(|| state.read_logits(&actions, &policy, &mut logits));
    });
}

/// One round of a fleet: fill a batch of 64 rows, hand back answers that cost nothing, finished games included.
#[divan::bench(args = ["hex8_2p", "square8_2p", "hex8_4p", "square19_2p", "hexagonal_2p"])]
fn fleet_rows(bencher: Bencher, key: &str) {
    const ROWS: usize = 64;
    let config = config(key);
    let settings = PlaySettings::self_play(SearchBudget::Throughput).for_board(config.board);
    let source = std::sync::Arc::new(NumberedGames::new(1, 0, u64::MAX, 0, settings));
    let models = vec![FleetModel { id: "free".to_owned(), fingerprint: 0 }];
    let options = FleetOptions { group_slots: ROWS, models, cache: None, source };
    let mut fleet = board_fleet(config, Rules::for_config(config), options).unwrap();
    let shape = fleet.row_shape();
    let mut batches = [EvalBatch::new(shape, ROWS)];
    let (policy, value) = (vec![0.0; ROWS * shape.policy], [0.0; ROWS * 4]);
    let mut round = |group: usize| {
        let rows = fleet.fill(group, &mut batches).unwrap();
        fleet.absorb(group, 0, &policy[..rows * shape.policy], &value[..rows * 4]).unwrap();
        fleet.take_finished().len()
    };
    // Into the games first.
    for at in 0..600 {
        round(at % 2);
    }
    let mut group = 0;
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        group = 1 - group;
        round(group)
    });
}
