//! The plain searches, PUCT and max^n, on trees that can be worked out on paper and on toys whose values are known.

use crate::toys::{Nim, NoisyOracle, RandomTree, Script, ScriptEvaluator, Scripted};
use rr_engine::search::{
    Evaluator, Game, MaxN, MaxNParams, Puct, PuctParams, SearchError, UniformEvaluator, Utilities,
};

const EVEN: Utilities = [0.5, 0.5, 0.0, 0.0];

fn two(first: f32) -> Utilities {
    [first, 1.0 - first, 0.0, 0.0]
}

/// A position that the search does not look behind.
fn leaf(value: Utilities) -> Script {
    Script::Turn(0, vec![0.0], value, vec![Script::End(value)])
}

/// Counts what is asked of a script.
struct Counting(usize);

impl Evaluator<Scripted> for Counting {
    fn evaluate(&mut self, game: &Scripted, actions: &[usize], logits: &mut Vec<f32>) -> Utilities {
        self.0 += 1;
        ScriptEvaluator.evaluate(game, actions, logits)
    }
}

fn visits(players: usize, script: Script, simulations: u32) -> Vec<u32> {
    let game = Scripted::new(players, script);
    let mut actions = Vec::new();
    game.actions(&mut actions);
    let params = PuctParams { simulations, exploration: 1.5 };
    Puct::new(params, ScriptEvaluator).visits(&game, &actions).unwrap()
}

#[test]
fn puct_on_two_ends() {
    // Priors 0.5 and 0.5, the root counts as one visit of 0.5.
    //   1: both 0.5 + 0.75 = 1.25: the first, lost.
    //   2: 0 + 0.5 * 2.121 / 2 = 0.530 against 0.25 + 0.5 * 2.121 = 1.311: the second, won.
    //   3: 0.650 against 1.650; 4: 0.75 against 1.5: the second both times.
    let root = || Script::Turn(0, vec![0.0, 0.0], EVEN, vec![Script::End(two(0.0)), Script::End(two(1.0))]);
    assert_eq!(visits(2, root(), 1), [1, 0]);
    assert_eq!(visits(2, root(), 2), [1, 1]);
    assert_eq!(visits(2, root(), 4), [1, 3]);
}

#[test]
fn puct_lets_every_mover_count_its_own_share() {
    // Player 1 of three moves; shares 0.1 and 0.3 are its own, whatever the others get.
    //   1: both 1/3 + 0.75: A.  2: 0.630 against 0.217 + 1.061: B.  3: 0.750 against 0.950: B.
    //   4: 0.1 + 0.75 against 0.3 + 0.5: A.  5: 0.659 against 0.859: B.  6: 0.712 against 0.759: B.
    let third = 1.0 / 3.0;
    let ends = vec![Script::End([0.9, 0.1, 0.0, 0.0]), Script::End([0.2, 0.3, 0.5, 0.0])];
    let root = || Script::Turn(1, vec![0.0, 0.0], [third, third, third, 0.0], ends.clone());
    assert_eq!(visits(3, root(), 4), [2, 2]);
    assert_eq!(visits(3, root(), 6), [2, 4]);
}

#[test]
fn puct_finds_the_winning_move_of_nim() {
    for heaps in [[5, 0, 0], [1, 2, 0], [3, 3, 2], [2, 5, 0]] {
        let game = Nim::new(heaps, 2);
        assert!(game.mover_wins());
        let mut actions = Vec::new();
        game.actions(&mut actions);
        let params = PuctParams { simulations: 3_000, exploration: 1.5 };
        let visits = Puct::new(params, UniformEvaluator).visits(&game, &actions).unwrap();
        let best = (0..visits.len()).max_by_key(|place| visits[*place]).unwrap();
        let mut next = game.clone();
        next.apply(actions[best]);
        assert!(!next.mover_wins(), "{heaps:?}: {:?} of {actions:?} with {visits:?}", actions[best]);
    }
}

/// Answers with too few logits, or with what is no number.
struct Broken(&'static [f32], f32);

impl Evaluator<Nim> for Broken {
    fn evaluate(&mut self, _: &Nim, _: &[(u8, u8)], logits: &mut Vec<f32>) -> Utilities {
        logits.clear();
        logits.extend_from_slice(self.0);
        [self.1; 4]
    }
}

#[test]
fn answers_that_cannot_be_used_are_refused() {
    let (game, actions) = (Nim::new([2, 0, 0], 2), [(0, 1), (0, 2)]);
    let puct = |broken| Puct::new(PuctParams::default(), broken).visits(&game, &actions);
    assert_eq!(puct(Broken(&[0.0], 0.5)), Err(SearchError::WrongLength { expected: 2, got: 1 }));
    assert_eq!(puct(Broken(&[0.0, f32::NAN], 0.5)), Err(SearchError::NotFinite));
    let max_n = |broken, depth| MaxN::new(MaxNParams { depth, leaves: 9 }, broken).best(&game, &actions);
    assert_eq!(max_n(Broken(&[], f32::INFINITY), 1), Err(SearchError::NotFinite));
    assert_eq!(
        MaxN::new(MaxNParams::default(), Broken(&[], 0.5)).best(&game, &[]),
        Err(SearchError::NothingPending)
    );
}

#[test]
fn max_n_cuts_what_cannot_matter_any_more() {
    // Behind A player 1 leaves 0.5 to player 0. Behind B its first answer leaves 0.3: the second need not be looked at.
    let turn = |first, second| Script::Turn(1, vec![0.0; 2], EVEN, vec![leaf(two(first)), leaf(two(second))]);
    let root = Script::Turn(0, vec![0.0; 2], EVEN, vec![turn(0.5, 0.6), turn(0.3, 0.9)]);
    let game = Scripted::new(2, root);
    let mut search = MaxN::new(MaxNParams { depth: 2, leaves: 100 }, Counting(0));
    assert_eq!(search.best(&game, &[0, 1]), Ok((0, two(0.5))));
    assert_eq!(search.into_evaluator().0, 2 + 3, "two leaves at depth one, three of four at depth two");
}

#[test]
fn max_n_takes_the_answers_into_account() {
    // One decision deep B looks better; its answers are worse.
    let turn = |value, first, second| {
        Script::Turn(1, vec![0.0; 2], two(value), vec![leaf(two(first)), leaf(two(second))])
    };
    let root = Script::Turn(0, vec![0.0; 2], EVEN, vec![turn(0.4, 0.6, 0.45), turn(0.7, 0.9, 0.1)]);
    let game = Scripted::new(2, root);
    let best = |depth, leaves| MaxN::new(MaxNParams { depth, leaves }, ScriptEvaluator).best(&game, &[0, 1]);
    assert_eq!(best(1, 100), Ok((1, two(0.7))));
    assert_eq!(best(2, 100), Ok((0, two(0.45))));
    assert_eq!(best(2, 1), Ok((1, two(0.7))), "a depth that is not finished does not count");
}

#[test]
fn max_n_equals_the_exact_value_with_any_number_of_players() {
    for players in 2..=4 {
        let (mut asked, mut all) = (0, 0);
        for seed in 0..60 {
            let game = RandomTree::new(seed, players, 4, 6);
            let actions: Vec<u8> = (0..4).collect();
            for depth in [6, 4] {
                // At its horizon the oracle knows the exact values, so that every depth has to come to the same.
                let params = MaxNParams { depth, leaves: u32::MAX };
                let mut search = MaxN::new(params, NoisyOracle::new(0.0));
                let (place, value) = search.best(&game, &actions).unwrap();
                let exact = game.exact();
                assert_eq!(value, exact, "seed {seed}, {players} players, depth {depth}");
                assert_eq!(game.child(place as u8).exact(), exact);
                asked += search.into_evaluator().calls;
                all += if depth == 4 { 4 + 16 + 64 + 256 } else { 4 + 16 + 64 + 256 + 1024 };
            }
        }
        // With more than two players a cut asks for a seat that is sure of more than a rival's answer leaves: rare among equals.
        let most = if players == 2 { all * 9 / 10 } else { all };
        assert!(asked <= most, "{players} players: {asked} of {all} leaves");
    }
}
