//! The search improves on the policy that it starts from, for two, three and four players.

use crate::toys::{Nim, NoisyOracle, RandomTree};
use rr_engine::search::{
    Game, GumbelSearch, MoveSelection, SearchBudget, SearchParams, SearchResult, UniformEvaluator, run_search,
};

fn searched(game: &RandomTree, simulations: u32, noise: f32, seed: u64) -> SearchResult<u8> {
    let mut search = GumbelSearch::new(SearchParams::default(), game);
    search.begin(game, simulations, seed);
    run_search(&mut search, &mut NoisyOracle::new(noise), None).unwrap();
    search.result().unwrap()
}

#[test]
fn the_improved_policy_is_worth_more_than_the_prior() {
    for players in 2..=4 {
        for simulations in [2, 4, 16, 64] {
            let (mut prior, mut improved, mut played, mut best) = (0.0, 0.0, 0.0, 0.0);
            for seed in 0..150 {
                let game = RandomTree::new(seed, players, 8, 4);
                let mover = game.mover();
                let worth: Vec<f32> = (0..8).map(|action| game.child(action).exact()[mover]).collect();
                let result = searched(&game, simulations, 0.05, seed);
                prior += worth.iter().sum::<f32>() / 8.0;
                improved += result
                    .actions
                    .iter()
                    .map(|entry| entry.improved * worth[usize::from(entry.action)])
                    .sum::<f32>();
                played += worth[usize::from(result.actions[result.survivor].action)];
                best += worth.iter().copied().fold(0.0, f32::max);
            }
            let context = format!(
                "{players} players, {simulations} simulations: prior {prior}, improved {improved}, played {played}, best {best}"
            );
            assert!(improved > prior, "{context}");
            assert!(played > prior, "{context}");
            if simulations >= 16 {
                assert!(played - prior > 0.5 * (best - prior), "{context}");
                assert!(improved - prior > 0.5 * (best - prior), "{context}");
            }
        }
    }
}

#[test]
fn a_large_budget_comes_close_to_the_exact_choice() {
    // No knowledge but the exact ends. Rescaled values press every small difference to full size, so an action that was found first may keep its
    // lead for good; utilities as they are leave room to try the others, and the loss nearly vanishes.
    for (params, bound) in [
        (SearchParams::default(), 0.035),
        (SearchParams { rescale_values: false, value_scale: 0.5, ..SearchParams::default() }, 0.010),
    ] {
        for players in 2..=4 {
            let mut lost = 0.0;
            for seed in 0..60 {
                let game = RandomTree::new(1000 + seed, players, 4, 3);
                let mover = game.mover();
                let worth: Vec<f32> = (0..4).map(|action| game.child(action).exact()[mover]).collect();
                let mut search = GumbelSearch::new(params, &game);
                search.begin(&game, SearchBudget::Master.simulations(), seed);
                run_search(&mut search, &mut UniformEvaluator, None).unwrap();
                let result = search.result().unwrap();
                let played = worth[usize::from(result.actions[result.survivor].action)];
                lost += worth.iter().copied().fold(0.0, f32::max) - played;
            }
            assert!(lost / 60.0 < bound, "{players} players: {} lost", lost / 60.0);
        }
    }
}

#[test]
fn no_knowledge_at_all_still_wins_at_nim() {
    // Uniform priors and even values: everything comes from the exact ends that the tree finds.
    let mut winning = 0;
    let mut found = 0;
    for a in 0..5u8 {
        for b in a..5u8 {
            let game = Nim::new([a, b, 0], 2);
            if game.is_over() || !game.mover_wins() {
                continue;
            }
            winning += 1;
            let mut search = GumbelSearch::new(SearchParams::default(), &game);
            search.begin(&game, 800, u64::from(a) * 16 + u64::from(b));
            run_search(&mut search, &mut UniformEvaluator, None).unwrap();
            let result = search.result().unwrap();
            let mut after = game.clone();
            after.apply(result.actions[result.survivor].action);
            found += usize::from(after.is_over() || !after.mover_wins());
        }
    }
    assert_eq!(found, winning, "of {winning}");
}

#[test]
fn the_last_taker_wins_with_three_and_four_players() {
    // One heap of at most three: the mover takes everything and wins, whoever else sits there.
    for players in 3..=4 {
        let game = Nim::new([3, 0, 0], players);
        let mut search = GumbelSearch::new(SearchParams::default(), &game);
        search.begin(&game, 64, 5);
        run_search(&mut search, &mut UniformEvaluator, None).unwrap();
        let result = search.result().unwrap();
        assert_eq!(result.actions[result.survivor].action, (0, 3));
        let entry = result.actions.iter().find(|entry| entry.action == (0, 3)).unwrap();
        assert!(entry.improved > 0.95, "{}", entry.improved);
    }
}

#[test]
fn sampling_follows_the_improved_policy_and_the_temperature() {
    use rand::SeedableRng;
    let game = RandomTree::new(3, 2, 6, 4);
    let mut params = SearchParams::default().without_noise();
    // A weak pull of the values keeps the improved policy spread out.
    params.maxvisit_init = 5.0;
    let mut search = GumbelSearch::new(params, &game);
    search.begin(&game, 12, 0);
    run_search(&mut search, &mut NoisyOracle::new(0.0), None).unwrap();
    let result = search.result().unwrap();
    let total: f32 = result.actions.iter().map(|entry| entry.improved).sum();
    assert!((total - 1.0).abs() < 1e-5);
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    for temperature in [0.5_f32, 1.0] {
        let mut counts = vec![0usize; result.actions.len()];
        for _ in 0..20_000 {
            counts[result.choose(MoveSelection::Sampled { temperature }, &mut rng)] += 1;
        }
        let powers: Vec<f32> =
            result.actions.iter().map(|entry| entry.improved.powf(1.0 / temperature)).collect();
        let norm: f32 = powers.iter().sum();
        for (count, power) in counts.iter().zip(&powers) {
            assert!((*count as f32 / 20_000.0 - power / norm).abs() < 0.015);
        }
    }
    for _ in 0..10 {
        assert_eq!(result.choose(MoveSelection::Survivor, &mut rng), result.survivor);
        assert_eq!(result.choose(MoveSelection::Sampled { temperature: 0.0 }, &mut rng), result.survivor);
    }
}

#[test]
fn the_noise_changes_the_considered_actions_and_nothing_else_does() {
    let game = RandomTree::new(8, 2, 40, 4);
    let considered = |seed: u64| {
        let mut actions: Vec<u8> = searched(&game, 16, 0.0, seed)
            .actions
            .iter()
            .filter(|entry| entry.visits > 0)
            .map(|entry| entry.action)
            .collect();
        actions.sort_unstable();
        actions
    };
    assert_eq!(considered(1).len(), 16);
    assert_eq!(considered(1), considered(1));
    assert_ne!(considered(1), considered(2));
    assert_eq!(searched(&game, 64, 0.1, 7), searched(&game, 64, 0.1, 7));
}
