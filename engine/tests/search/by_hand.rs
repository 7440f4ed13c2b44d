//! Trees small enough to be worked out on paper.

use crate::toys::{Script, ScriptEvaluator, Scripted};
use rr_engine::search::{
    GumbelSearch, SearchError, SearchParams, SearchResult, SearchStep, Utilities, run_search,
};

fn close(got: f32, expected: f32) {
    assert!((got - expected).abs() < 2e-5, "got {got}, expected {expected}");
}

fn search(players: usize, script: Script, simulations: u32) -> SearchResult<usize> {
    let game = Scripted::new(players, script);
    let mut search = GumbelSearch::new(SearchParams::default().without_noise(), &game);
    search.begin(&game, simulations, 0);
    run_search(&mut search, &mut ScriptEvaluator, None).unwrap();
    search.result().unwrap()
}

fn by_action(result: &SearchResult<usize>, action: usize) -> (u32, Option<Utilities>, f32) {
    let entry = result.actions.iter().find(|entry| entry.action == action).unwrap();
    (entry.visits, entry.utilities, entry.improved)
}

const EVEN: Utilities = [0.5, 0.5, 0.0, 0.0];
const WIN: Utilities = [1.0, 0.0, 0.0, 0.0];
const LOSS: Utilities = [0.0, 1.0, 0.0, 0.0];

#[test]
fn two_ends() {
    // Schedule 0 0 1 1: two visits each. Q = (1, 0), already in 0..1; sigma = (50 + 2) * 0.1 * Q = (5.2, 0).
    // Improved policy = 1 / (1 + exp(-5.2)) = 0.9945137.
    let root = Script::Turn(0, vec![0.0, 0.0], EVEN, vec![Script::End(LOSS), Script::End(WIN)]);
    let result = search(2, root, 4);
    assert_eq!(by_action(&result, 0).0, 2);
    assert_eq!(by_action(&result, 1).1, Some(WIN));
    close(by_action(&result, 1).2, 0.994_513_7);
    assert_eq!(result.actions[result.survivor].action, 1);
    // Root: its own 0.5 and four ends, two of them won: 2.5 / 5.
    close(result.root[0], 0.5);
    assert_eq!(result.raw, EVEN);
}

#[test]
fn interior_selection_of_the_opponent() {
    // One root action, so the schedule is 0 1 2 3 and every simulation goes through node A, where player 1 moves with priors 0.6 and 0.4.
    //   1: A itself, (0.5, 0.5).
    //   2: nothing visited: the higher prior, A0, (1, 0).
    //   3: Q(A0) = 0, mixed = (0.5 + 1 * 0) / 2 = 0.25, range 0.25, sigma(mixed) = 51 * 0.1 = 5.1;
    //      pi' = (0.6, 0.4 e^5.1) normalised = (0.00906, 0.99094); minus N / 2 = (1/2, 0): A1, (0, 1).
    //   4: Q = (0, 1), sigma = (0, 5.1), pi' as before minus 1/3 each: A1 again, (0, 1).
    let a =
        Script::Turn(1, vec![0.6_f32.ln(), 0.4_f32.ln()], EVEN, vec![Script::End(WIN), Script::End(LOSS)]);
    let root = Script::Turn(0, vec![0.0], EVEN, vec![a]);
    let result = search(2, root, 4);
    let (visits, utilities, improved) = by_action(&result, 0);
    assert_eq!(visits, 4);
    // (0.5 + 1 + 0 + 0) / 4 and (0.5 + 0 + 1 + 1) / 4.
    close(utilities.unwrap()[0], 0.375);
    close(utilities.unwrap()[1], 0.625);
    close(improved, 1.0);
    close(result.root[0], 0.4);
}

#[test]
fn unvisited_actions_take_the_mixed_value() {
    // Priors 0.5, 0.3, 0.2; one simulation goes to the highest prior, whose end is worth 0.8.
    // Mixed = (0.5 + 1 * 0.8) / 2 = 0.65; range 0.65..0.8; sigma = (5.1, 0, 0).
    // Improved = (0.5 e^5.1, 0.3, 0.2) / (0.5 e^5.1 + 0.5) = (0.993940, 0.003636, 0.002424).
    let end = |own: f32| Script::End([own, 1.0 - own, 0.0, 0.0]);
    let logits = [0.5_f32, 0.3, 0.2].map(f32::ln).to_vec();
    let root = Script::Turn(0, logits, EVEN, vec![end(0.8), end(0.1), end(0.9)]);
    let result = search(2, root.clone(), 1);
    close(by_action(&result, 0).2, 0.993_940_2);
    close(by_action(&result, 1).2, 0.003_635_9);
    close(by_action(&result, 2).2, 0.002_423_9);
    assert_eq!(by_action(&result, 1).1, None);

    // Two simulations: 0.8 and 0.1 known. Mixed = (0.5 + 2 * (0.5 * 0.8 + 0.3 * 0.1) / 0.8) / 3 = (0.5 + 1.075) / 3 = 0.525.
    // Range 0.1..0.8; scale 5.1 / 0.7; sigma = (5.1, 0, 3.0964286). Weights 82.010943, 0.3, 0.2 e^3.0964286 = 4.4237684.
    let result = search(2, root, 2);
    let total = 82.010_94 + 0.3 + 4.423_768;
    close(by_action(&result, 0).2, 82.010_94 / total);
    close(by_action(&result, 1).2, 0.3 / total);
    close(by_action(&result, 2).2, 4.423_768 / total);
}

#[test]
fn three_players_each_maximise_their_own_slot() {
    // Player 0 chooses L or R; player 1 answers L and prefers 0.5 for itself, which leaves player 0 with 0.1; player 2 answers R and takes 0.6,
    // which leaves player 0 with 0.3. A paranoid search would see 0.0 below R and play L; max^n plays R.
    let third = 1.0 / 3.0;
    let even = [third, third, third, 0.0];
    let l = Script::Turn(
        1,
        vec![0.0; 2],
        even,
        vec![Script::End([0.1, 0.5, 0.4, 0.0]), Script::End([0.9, 0.1, 0.0, 0.0])],
    );
    let r = Script::Turn(
        2,
        vec![0.0; 2],
        even,
        vec![Script::End([0.0, 0.8, 0.2, 0.0]), Script::End([0.3, 0.1, 0.6, 0.0])],
    );
    let result = search(3, Script::Turn(0, vec![0.0; 2], even, vec![l, r]), 64);
    assert_eq!(result.actions[result.survivor].action, 1);
    let (visits, utilities, _) = by_action(&result, 1);
    assert_eq!(visits, 32);
    // 32 visits of R: its own evaluation, then its two ends k times and 31 - k times; player 2 wants 0.6.
    let own = utilities.unwrap()[2];
    assert!(own > 0.55 && own < 0.6, "{own}");
    let total: f32 = utilities.unwrap().iter().sum();
    close(total, 1.0);
}

#[test]
fn bad_evaluations_are_refused_and_the_leaf_stays() {
    let root = Script::Turn(0, vec![0.0, 0.0], EVEN, vec![Script::End(LOSS), Script::End(WIN)]);
    let game = Scripted::new(2, root);
    let mut search = GumbelSearch::new(SearchParams::default(), &game);
    assert_eq!(search.absorb(&[0.0], EVEN, None), Err(SearchError::NothingPending));
    search.begin(&game, 4, 0);
    assert!(search.result().is_none());
    assert_eq!(search.next_leaf(None), SearchStep::Evaluate);
    assert_eq!(search.absorb(&[0.0], EVEN, None), Err(SearchError::WrongLength { expected: 2, got: 1 }));
    assert_eq!(search.absorb(&[0.0, f32::NAN], EVEN, None), Err(SearchError::NotFinite));
    assert_eq!(search.absorb(&[0.0, 0.0], [f32::INFINITY, 0.0, 0.0, 0.0], None), Err(SearchError::NotFinite));
    assert_eq!(search.next_leaf(None), SearchStep::Evaluate);
    search.absorb(&[0.0, 0.0], EVEN, None).unwrap();
    assert_eq!(search.next_leaf(None), SearchStep::Done);
}

#[test]
fn a_finished_game_needs_no_simulation() {
    let game = Scripted::new(2, Script::End(WIN));
    let mut search = GumbelSearch::new(SearchParams::default(), &game);
    search.begin(&game, 10, 0);
    assert_eq!(search.next_leaf(None), SearchStep::Done);
    assert!(search.result().is_none());
}
