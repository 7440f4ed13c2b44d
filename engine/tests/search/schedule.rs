//! The schedule of sequential halving and the exact number of simulations.

use crate::toys::{HashEvaluator, Nim, RandomTree};
use rr_engine::search::{
    GumbelSearch, PlayoutCap, SearchBudget, SearchParams, considered_visits, run_search,
};

/// Writes a schedule as (visit count, how many simulations in a row ask for it).
fn runs(considered: usize, simulations: usize) -> Vec<(u32, usize)> {
    let mut runs: Vec<(u32, usize)> = Vec::new();
    for visit in considered_visits(considered, simulations) {
        match runs.last_mut() {
            Some((last, count)) if *last == visit => *count += 1,
            _ => runs.push((visit, 1)),
        }
    }
    runs
}

/// Counts the visits that each place in the ranking ends with.
fn final_visits(considered: usize, simulations: usize) -> Vec<usize> {
    let mut per_place = vec![0; considered];
    for (_, count) in runs(considered, simulations) {
        per_place.iter_mut().take(count).for_each(|place| *place += 1);
    }
    per_place
}

#[test]
fn sixteen_actions_and_sixty_four_simulations() {
    // 64 / (4 phases x 16) = 1 round of 16, 2 of 8, 4 of 4, 8 of 2.
    let mut expected = vec![(0, 16), (1, 8), (2, 8), (3, 4), (4, 4), (5, 4), (6, 4)];
    expected.extend((7..15).map(|visit| (visit, 2)));
    assert_eq!(runs(16, 64), expected);
    assert_eq!(final_visits(16, 64), [15, 15, 7, 7, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn sixteen_actions_and_eight_hundred_simulations() {
    // 12 rounds of 16, 25 of 8, 50 of 4, 100 of 2 are 792; the 8 left over go to the best two once more.
    let visits = final_visits(16, 800);
    assert_eq!(visits, [191, 191, 87, 87, 37, 37, 37, 37, 12, 12, 12, 12, 12, 12, 12, 12]);
    assert_eq!(visits.iter().sum::<usize>(), 800);
}

#[test]
fn odd_shapes_follow_the_same_rule() {
    // Five actions have three phases: 20 / (3 x 5) = 1 round of 5, 20 / (3 x 2) = 3 rounds of 2, then 3 more rounds of 2, and again.
    assert_eq!(final_visits(5, 20), [9, 8, 1, 1, 1]);
    assert_eq!(considered_visits(1, 4), [0, 1, 2, 3]);
    assert_eq!(considered_visits(0, 2), [0, 1]);
    assert_eq!(considered_visits(16, 5), [0; 5]);
    assert_eq!(considered_visits(2, 4), [0, 0, 1, 1]);
    assert!(considered_visits(16, 0).is_empty());
    assert_eq!(final_visits(32, 1600)[..4], [310, 310, 150, 150]);
}

#[test]
fn every_named_budget_is_honoured_exactly() {
    let expected =
        [("THROUGHPUT", 64), ("STANDARD", 800), ("QUALITY", 800), ("ULTIMATE", 1600), ("MASTER", 3200)];
    for (budget, (name, count)) in SearchBudget::NAMED.into_iter().zip(expected) {
        assert_eq!((budget.to_string().as_str(), budget.simulations()), (name, count));
        assert_eq!(name.to_lowercase().parse(), Ok(budget));
        // Deep enough that no simulation ends early at a finished game: every simulation is one evaluation, plus one for the root.
        let game = RandomTree::new(5, 3, 30, 200);
        let mut search = GumbelSearch::new(SearchParams::default(), &game);
        let mut evaluator = HashEvaluator::default();
        search.begin(&game, count, 9);
        run_search(&mut search, &mut evaluator, None).unwrap();
        let result = search.result().unwrap();
        assert_eq!(evaluator.calls, count as usize + 1);
        assert_eq!(result.simulations, count);
        assert_eq!(result.actions.iter().map(|entry| entry.visits).sum::<u32>(), count);
        assert_eq!(result.actions.iter().filter(|entry| entry.visits > 0).count(), 16);
    }
    assert_eq!("150".parse(), Ok(SearchBudget::Simulations(150)));
    assert!("0".parse::<SearchBudget>().is_err());
    assert!("FAST".parse::<SearchBudget>().unwrap_err().to_string().contains("THROUGHPUT"));
}

#[test]
fn simulations_that_end_in_a_finished_game_count_too() {
    let game = Nim::new([1, 2, 0], 2);
    let mut search = GumbelSearch::new(SearchParams::default(), &game);
    search.begin(&game, 100, 1);
    run_search(&mut search, &mut HashEvaluator::default(), None).unwrap();
    let result = search.result().unwrap();
    assert_eq!(result.simulations, 100);
    assert_eq!(result.actions.iter().map(|entry| entry.visits).sum::<u32>(), 100);
}

#[test]
fn playout_cap_draws_a_quarter_of_full_budgets() {
    use rand::SeedableRng;
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
    let cap = PlayoutCap::default();
    let draws: Vec<(u32, bool)> = (0..10_000).map(|_| cap.draw(SearchBudget::Standard, &mut rng)).collect();
    let full = draws.iter().filter(|draw| draw.1).count();
    assert!((2_350..2_650).contains(&full), "{full}");
    assert!(draws.iter().all(|draw| draw.0 == if draw.1 { 800 } else { 200 }));
    assert_eq!(PlayoutCap::OFF.draw(SearchBudget::Throughput, &mut rng), (64, true));
}
