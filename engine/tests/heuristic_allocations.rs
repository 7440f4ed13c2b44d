//! Evaluating allocates nothing once an evaluator has seen the board.

#[allow(dead_code, clippy::unwrap_used)]
#[path = "heuristic/vectors.rs"]
mod vectors;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering},
};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_engine::{
    heuristic::{HeuristicEvaluator, HeuristicProfile, HeuristicView, OnePlyChooser},
    rules::Position,
};
use vectors::{VectorView, lines};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Plays a game of the heuristic against itself.
#[allow(clippy::unwrap_used)]
fn play(chooser: &mut OnePlyChooser) {
    let mut position = Position::<1>::initial("square8_3p".parse().unwrap()).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    while let Some(mv) = chooser.choose(&position, &mut rng) {
        position.apply(mv);
    }
}

// One test, since allocations are counted for the whole process.
#[test]
fn evaluating_and_choosing_allocate_nothing_after_warm_up() {
    let views: Vec<_> = lines("pos").iter().map(VectorView::read).collect();
    let mut evaluators = [
        HeuristicEvaluator::reference(HeuristicProfile::Balanced),
        HeuristicEvaluator::repaired(HeuristicProfile::Balanced),
    ];
    let mut all = || {
        for evaluator in &mut evaluators {
            for view in &views {
                for seat in 0..view.seats() {
                    std::hint::black_box(evaluator.score(view, seat));
                }
            }
        }
    };
    all();
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    all();
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed), before);

    let mut chooser = OnePlyChooser::new(HeuristicEvaluator::repaired(HeuristicProfile::Balanced));
    play(&mut chooser);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    play(&mut chooser);
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed), before);
}
