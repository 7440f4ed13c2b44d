//! A second implementation of the search, written straight from the formulas in f64 with dense arrays, against which the fast one is held.

use crate::toys::{HashEvaluator, Nim, RandomTree};
use rr_engine::search::{
    Evaluator, Game, GumbelSearch, SearchParams, Utilities, considered_visits, run_search,
};

struct NaiveNode<G: Game> {
    game: G,
    actions: Vec<G::Action>,
    logits: Vec<f64>,
    raw: Utilities,
    visits: Vec<u32>,
    sums: Vec<[f64; 4]>,
    children: Vec<Option<Box<NaiveNode<G>>>>,
}

impl<G: Game> NaiveNode<G> {
    fn new(game: G) -> Self {
        let mut actions = Vec::new();
        let mut logits = Vec::new();
        let raw = if game.is_over() {
            game.utilities()
        } else {
            game.actions(&mut actions);
            HashEvaluator::default().evaluate(&game, &actions, &mut logits)
        };
        let n = actions.len();
        let logits = logits.into_iter().map(f64::from).collect();
        let children = (0..n).map(|_| None).collect();
        Self { game, actions, logits, raw, visits: vec![0; n], sums: vec![[0.0; 4]; n], children }
    }

    fn sigma(&self) -> Vec<f64> {
        let seat = self.game.mover();
        let prior = softmax(&self.logits);
        let visited: Vec<usize> = (0..self.actions.len()).filter(|&a| self.visits[a] > 0).collect();
        let q = |a: usize| self.sums[a][seat] / f64::from(self.visits[a]);
        let total: f64 = self.visits.iter().map(|&n| f64::from(n)).sum();
        let mass: f64 = visited.iter().map(|&a| prior[a]).sum();
        let weighted: f64 = visited.iter().map(|&a| prior[a] * q(a)).sum();
        let raw = f64::from(self.raw[seat]);
        let mixed = if visited.is_empty() { raw } else { (raw + total * weighted / mass) / (total + 1.0) };
        let completed: Vec<f64> =
            (0..self.actions.len()).map(|a| if self.visits[a] > 0 { q(a) } else { mixed }).collect();
        let min = completed.iter().copied().fold(f64::INFINITY, f64::min);
        let max = completed.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let most = f64::from(self.visits.iter().copied().max().unwrap_or(0));
        completed.iter().map(|q| (50.0 + most) * 0.1 * (q - min) / (max - min).max(1e-8)).collect()
    }

    fn improved(&self) -> Vec<f64> {
        softmax(&self.logits.iter().zip(self.sigma()).map(|(l, s)| l + s).collect::<Vec<_>>())
    }

    fn simulate(&mut self, forced: Option<usize>) -> Utilities {
        if self.game.is_over() {
            return self.raw;
        }
        let total: f64 = self.visits.iter().map(|&n| f64::from(n)).sum();
        let choice = forced.unwrap_or_else(|| {
            let scores = self
                .improved()
                .iter()
                .zip(&self.visits)
                .map(|(p, &n)| p - f64::from(n) / (1.0 + total))
                .collect::<Vec<_>>();
            argmax(&scores)
        });
        let utilities = match &mut self.children[choice] {
            Some(child) => child.simulate(None),
            empty => {
                let mut game = self.game.clone();
                game.apply(self.actions[choice]);
                empty.insert(Box::new(NaiveNode::new(game))).raw
            }
        };
        self.visits[choice] += 1;
        for (sum, utility) in self.sums[choice].iter_mut().zip(utilities) {
            *sum += f64::from(utility);
        }
        utilities
    }

    /// Runs the whole search without noise and returns the survivor.
    fn search(&mut self, simulations: usize) -> usize {
        for considered in considered_visits(16.min(self.actions.len()), simulations) {
            let choice = self.best_with(considered);
            self.simulate(Some(choice));
        }
        self.best_with(self.visits.iter().copied().max().unwrap())
    }

    fn best_with(&self, visits: u32) -> usize {
        let score = self.logits.iter().zip(self.sigma()).zip(&self.visits);
        argmax(
            &score
                .map(|((l, s), &n)| if n == visits { l + s } else { f64::NEG_INFINITY })
                .collect::<Vec<_>>(),
        )
    }
}

fn softmax(logits: &[f64]) -> Vec<f64> {
    let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = logits.iter().map(|l| (l - max).exp()).sum();
    logits.iter().map(|l| (l - max).exp() / total).collect()
}

fn argmax(scores: &[f64]) -> usize {
    (0..scores.len()).fold(0, |best, at| if scores[at] > scores[best] { at } else { best })
}

fn same<G: Game>(game: &G, simulations: u32) {
    let mut naive = NaiveNode::new(game.clone());
    let survivor = naive.search(simulations as usize);
    let mut search = GumbelSearch::new(SearchParams::default().without_noise(), game);
    search.begin(game, simulations, 0);
    run_search(&mut search, &mut HashEvaluator::default(), None).unwrap();
    let result = search.result().unwrap();
    assert_eq!(result.actions[result.survivor].action, naive.actions[survivor]);
    let improved = naive.improved();
    for entry in &result.actions {
        let at = naive.actions.iter().position(|action| *action == entry.action).unwrap();
        assert_eq!(entry.visits, naive.visits[at]);
        assert!((f64::from(entry.improved) - improved[at]).abs() < 1e-3);
        for seat in 0..4 {
            let q = entry.utilities.map_or(0.0, |utilities| f64::from(utilities[seat]));
            let expected = naive.sums[at][seat] / f64::from(naive.visits[at].max(1));
            assert!((q - expected).abs() < 1e-4, "{q} {expected}");
        }
    }
}

#[test]
fn the_fast_search_equals_the_formulas() {
    for players in 2..=4 {
        for seed in 0..12 {
            // Shallow trees hold many ends, deep ones none; more and fewer actions than are considered.
            same(&RandomTree::new(seed, players, 4, 5), 300);
            same(&RandomTree::new(seed, players, 25, 50), 300);
        }
        same(&Nim::new([3, 4, 5], players), 200);
    }
}
