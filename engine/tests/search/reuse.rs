//! Keeping the subtree of the played move.

use crate::toys::{HashEvaluator, RandomTree};
use rr_engine::search::{Game, GumbelSearch, SearchParams, run_search};

fn params() -> SearchParams {
    SearchParams::default()
}

/// Runs one search and returns it with the action to play.
fn first_search(game: &RandomTree, params: SearchParams) -> (GumbelSearch<RandomTree>, u8, u32) {
    let mut search = GumbelSearch::new(params, game);
    search.begin(game, 200, 4);
    run_search(&mut search, &mut HashEvaluator::default(), None).unwrap();
    let result = search.result().unwrap();
    let chosen = result.actions[result.survivor];
    (search, chosen.action, chosen.visits)
}

#[test]
fn the_kept_subtree_has_the_statistics_that_it_had() {
    for players in 2..=4 {
        let game = RandomTree::new(21, players, 5, 30);
        let (mut search, action, visits) = first_search(&game, params());
        let before = search.result().unwrap();
        let edge = *before.actions.iter().find(|entry| entry.action == action).unwrap();
        let next = game.child(action);
        search.advance(action);
        assert_eq!(search.root_visits(), visits);
        search.begin(&next, 0, 0);
        run_search(&mut search, &mut HashEvaluator::default(), None).unwrap();
        let kept = search.result().unwrap();
        // The mean utilities and visits of the new root are those that its edge showed.
        assert_eq!(Some(kept.root), edge.utilities);
        assert_eq!(kept.simulations, 0);
        assert!(kept.actions.iter().all(|entry| entry.visits == 0));

        // A deeper reading: the children hold the same as a fresh search finds by running exactly those simulations below that node.
        // The interior rule is deterministic, so a root with one action over the same node visits it in the same way.
        let mut wrapped = GumbelSearch::new(params(), &Wrapped::above(next.clone()));
        wrapped.begin(&Wrapped::above(next.clone()), visits, 77);
        run_search(&mut wrapped, &mut HashEvaluator::default(), None).unwrap();
        wrapped.advance(255);
        wrapped.begin(&Wrapped::inside(next), 0, 0);
        run_search(&mut wrapped, &mut HashEvaluator::default(), None).unwrap();
        assert_eq!(wrapped.result().unwrap(), kept);
    }
}

#[test]
fn a_reused_tree_adds_its_visits_to_the_budget() {
    let game = RandomTree::new(22, 3, 5, 30);
    let (mut search, action, visits) = first_search(&game, params());
    let next = game.child(action);
    search.advance(action);
    search.begin(&next, 100, 6);
    let mut evaluator = HashEvaluator::default();
    run_search(&mut search, &mut evaluator, None).unwrap();
    assert_eq!(search.result().unwrap().simulations, 100);
    assert_eq!(search.root_visits(), visits + 100);
    // The root was evaluated in the search before.
    assert_eq!(evaluator.calls, 100);
}

#[test]
fn without_reuse_every_move_starts_fresh() {
    let game = RandomTree::new(23, 2, 5, 30);
    let fresh_params = SearchParams { reuse_tree: false, ..params() };
    let (mut search, action, _) = first_search(&game, fresh_params);
    let next = game.child(action);
    search.advance(action);
    search.begin(&next, 100, 6);
    run_search(&mut search, &mut HashEvaluator::default(), None).unwrap();
    let mut fresh = GumbelSearch::new(fresh_params, &next);
    fresh.begin(&next, 100, 6);
    run_search(&mut fresh, &mut HashEvaluator::default(), None).unwrap();
    assert_eq!(search.result(), fresh.result());
    assert_eq!(search.root_visits(), 101);
}

#[test]
fn an_unvisited_or_foreign_position_starts_fresh() {
    let game = RandomTree::new(24, 2, 40, 30);
    let mut search = GumbelSearch::new(params(), &game);
    search.begin(&game, 32, 4);
    run_search(&mut search, &mut HashEvaluator::default(), None).unwrap();
    let unvisited = search.result().unwrap().actions.iter().find(|entry| entry.visits == 0).unwrap().action;
    search.advance(unvisited);
    assert_eq!(search.root_visits(), 0);
    let other = RandomTree::new(25, 2, 40, 30);
    search.begin(&other, 32, 4);
    run_search(&mut search, &mut HashEvaluator::default(), None).unwrap();
    assert_eq!(search.root_visits(), 33);
}

#[test]
fn bounded_interior_nodes_widen_when_they_become_the_root() {
    let game = RandomTree::new(26, 2, 60, 30);
    let narrow = SearchParams { interior_actions: 8, ..params() };
    let (mut search, action, visits) = first_search(&game, narrow);
    assert_eq!(search.result().unwrap().actions.len(), 60);
    let next = game.child(action);
    search.advance(action);
    search.begin(&next, 64, 6);
    let mut evaluator = HashEvaluator::default();
    run_search(&mut search, &mut evaluator, None).unwrap();
    let result = search.result().unwrap();
    assert_eq!(result.actions.len(), 60);
    assert_eq!(search.root_visits(), visits + 64);
    // One evaluation again for the logits of the root, without a visit.
    assert_eq!(evaluator.calls, 65);
    let priors: f32 = result.actions.iter().map(|entry| entry.prior).sum();
    assert!((priors - 1.0).abs() < 1e-4);
}

/// Puts one forced move before a position, so that the position becomes an interior node.
#[derive(Clone)]
struct Wrapped {
    inside: bool,
    game: RandomTree,
}

impl Wrapped {
    fn above(game: RandomTree) -> Self {
        Self { inside: false, game }
    }
    fn inside(game: RandomTree) -> Self {
        Self { inside: true, game }
    }
}

impl Game for Wrapped {
    type Action = u8;
    fn players(&self) -> usize {
        self.game.players()
    }
    fn mover(&self) -> usize {
        if self.inside { self.game.mover() } else { 0 }
    }
    fn is_over(&self) -> bool {
        self.inside && self.game.is_over()
    }
    fn utilities(&self) -> rr_engine::search::Utilities {
        self.game.utilities()
    }
    fn actions(&self, out: &mut Vec<u8>) {
        if self.inside {
            self.game.actions(out);
        } else {
            out.clear();
            out.push(255);
        }
    }
    fn apply(&mut self, action: u8) {
        if self.inside {
            self.game.apply(action);
        }
        self.inside = true;
    }
    fn key(&self) -> u64 {
        if self.inside { self.game.key() } else { 1 }
    }
}
