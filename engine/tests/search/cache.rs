//! The evaluation cache changes how many evaluations are asked for, never what a search finds.

use crate::toys::{HashEvaluator, Nim};
use rr_engine::search::{EvalCache, GumbelSearch, SearchParams, SearchResult, run_search};

fn game_of(cache: Option<&EvalCache>, seed: u64, calls: &mut usize) -> Vec<SearchResult<(u8, u8)>> {
    use rr_engine::search::Game;
    let mut game = Nim::new([4, 5, 6], 3);
    let mut search = GumbelSearch::new(SearchParams::default(), &game);
    let mut results = Vec::new();
    while !game.is_over() {
        search.begin(&game, 60, seed + game.ply as u64);
        let mut evaluator = HashEvaluator::default();
        run_search(&mut search, &mut evaluator, cache.map(|cache| cache.for_model(7))).unwrap();
        *calls += evaluator.calls;
        let result = search.result().unwrap();
        let action = result.actions[result.survivor].action;
        results.push(result);
        game.apply(action);
        search.advance(action);
    }
    results
}

#[test]
fn games_are_the_same_with_and_without_a_cache() {
    let (mut plain, mut cached) = (0, 0);
    let cache = EvalCache::new(1 << 20);
    // A cache far too small for its work evicts all the time.
    let tiny = EvalCache::new(64 * 400);
    for seed in 0..5 {
        let without = game_of(None, seed, &mut plain);
        assert_eq!(game_of(Some(&cache), seed, &mut cached), without);
        assert_eq!(game_of(Some(&tiny), seed, &mut 0), without);
    }
    assert!(cached * 2 < plain, "{cached} of {plain}");
    let (hits, misses) = cache.hits_and_misses();
    assert_eq!(misses as usize, cached);
    assert!(hits > 0);
    assert!(tiny.bytes() <= 64 * 400);
}

#[test]
fn entries_come_back_bit_for_bit_and_models_do_not_mix() {
    let cache = EvalCache::new(1 << 16);
    let logits = [0.1_f32, -0.0, f32::MIN_POSITIVE / 2.0, 1e30];
    let utilities = [0.1, 0.2, 0.3, 0.4];
    cache.for_model(1).insert(42, &logits, utilities);
    let mut out = Vec::new();
    assert_eq!(cache.for_model(1).get(42, 4, &mut out), Some(utilities));
    assert_eq!(out.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), logits.map(f32::to_bits));
    assert_eq!(cache.for_model(2).get(42, 4, &mut out), None);
    assert_eq!(cache.for_model(1).get(43, 4, &mut out), None);
    // A position with another number of actions under the same key is another position.
    assert_eq!(cache.for_model(1).get(42, 3, &mut out), None);
}

#[test]
fn the_cache_stays_within_its_bound() {
    let bound = 64 * 1024;
    let cache = EvalCache::new(bound);
    for key in 0..5_000u64 {
        cache.for_model(0).insert(
            key.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            &vec![1.0; (key % 90) as usize],
            [0.0; 4],
        );
        assert!(cache.bytes() <= bound);
    }
    assert!(cache.bytes() > bound / 2);
    // An entry larger than a stripe is not kept at all.
    cache.for_model(0).insert(1, &[0.0; 1000], [0.0; 4]);
    assert_eq!(cache.for_model(0).get(1, 1000, &mut Vec::new()), None);
}
