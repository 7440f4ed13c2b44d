//! Listing and playing moves allocates nothing once the list has grown.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_engine::{
    board::GameConfig,
    playout::random_move,
    rules::{MoveList, Position},
    with_board_width,
};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on unchanged; counting touches a thread-local without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise is handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is handed on.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise is handed on.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn play<const W: usize>(initial: &Position<W>, list: &mut MoveList, rng: &mut ChaCha8Rng, plies: u32) {
    let mut position = initial.clone();
    for _ in 0..plies {
        position.legal_moves(list);
        let Some(mv) = random_move(&position, list, rng) else {
            position = initial.clone();
            continue;
        };
        // What a search does at every node: a copy, its key, and its choices.
        position = position.clone();
        position.apply(mv);
        std::hint::black_box(position.zobrist());
        position.decisions(list);
    }
}

#[test]
fn no_ply_allocates_after_warm_up() {
    for config in GameConfig::ALL {
        with_board_width!(config.board, W => {
            let initial = Position::<W>::initial(config).unwrap();
            let (mut list, mut rng) = (MoveList::new(), ChaCha8Rng::seed_from_u64(7));
            play(&initial, &mut list, &mut rng, 2_000);
            let before = ALLOCATIONS.get();
            play(&initial, &mut list, &mut rng, 20_000);
            assert_eq!(ALLOCATIONS.get() - before, 0, "{config}");
        });
    }
}
