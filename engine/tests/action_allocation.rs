//! Walking through games allocates nothing once the buffers have grown.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_engine::action::{ActionList, PlayScratch, PlayState};
use rr_engine::board::{BoardKind, GameConfig};
use rr_engine::encode::{CELL_FEATURES, GLOBAL_FEATURES, encode};
use rr_engine::rules::Rules;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|n| n.set(n.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Default)]
struct Buffers {
    scratch: PlayScratch,
    list: ActionList<1>,
    cells: Vec<f32>,
    globals: Vec<f32>,
    policy: Vec<f32>,
    logits: Vec<f32>,
}

fn play(config: GameConfig, seed: u64, b: &mut Buffers) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut state = PlayState::<1>::initial(config, Rules::for_config(config), &mut b.scratch).unwrap();
    while !state.is_over() {
        state.actions(&mut b.list);
        b.list.logits(state.layout(), &b.policy, &mut b.logits);
        encode(&state, &mut b.cells, &mut b.globals);
        let copy = state.clone();
        let _ = copy.key();
        state.apply(b.list.actions()[rng.random_range(0..b.list.len())], &mut b.scratch);
    }
}

#[test]
fn a_warm_state_allocates_nothing() {
    for board in [BoardKind::Square8, BoardKind::Hex8] {
        for players in 2..=4 {
            let config = GameConfig::new(board, players).unwrap();
            let mut buffers = Buffers {
                cells: vec![0.0; board.geometry().cells() * CELL_FEATURES],
                globals: vec![0.0; GLOBAL_FEATURES],
                policy: vec![0.5; 4_000],
                ..Buffers::default()
            };
            // The first round grows the buffers, the second must find them large enough.
            (0..8).for_each(|seed| play(config, seed, &mut buffers));
            let before = ALLOCATIONS.get();
            (0..8).for_each(|seed| play(config, seed, &mut buffers));
            assert_eq!(ALLOCATIONS.get() - before, 0, "{config}");
        }
    }
}
