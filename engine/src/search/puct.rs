//! PUCT: Monte Carlo tree search with priors, one evaluation a simulation.

use super::error::SearchError;
use super::evaluator::Evaluator;
use super::game::{Game, Utilities};

/// Shapes a [`Puct`] search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PuctParams {
    /// Simulations of a decision; the evaluation of the root is not one of them.
    pub simulations: u32,
    /// Weight of the prior against the mean utility.
    pub exploration: f32,
}

impl Default for PuctParams {
    fn default() -> Self {
        Self { simulations: 64, exploration: 1.5 }
    }
}

/// Counts visits and adds up what they were worth.
#[derive(Clone, Copy, Default)]
struct Tally {
    visits: u32,
    sum: Utilities,
}

impl Tally {
    fn add(&mut self, value: &Utilities) {
        self.visits += 1;
        self.sum.iter_mut().zip(value).for_each(|(sum, share)| *sum += share);
    }

    /// Returns a seat's mean; the tally is not empty.
    fn mean(&self, seat: usize) -> f32 {
        self.sum[seat] / self.visits as f32
    }
}

struct PuctEdge<A> {
    action: A,
    prior: f32,
    tally: Tally,
    child: Option<usize>,
}

struct PuctNode<A> {
    mover: usize,
    tally: Tally,
    /// Empty where the game is over.
    edges: Vec<PuctEdge<A>>,
}

/// Searches a decision from scratch; the mover of a node maximises its own mean utility plus a bonus for likely and little-visited actions.
///
/// An action that was never visited counts as good as its node.
///
/// # Source
/// Rosin 2011; Silver et al. 2017, "Mastering the game of Go without human knowledge", without noise and temperature.
#[derive(Debug)]
pub struct Puct<E> {
    params: PuctParams,
    evaluator: E,
    logits: Vec<f32>,
}

impl<E> Puct<E> {
    /// Makes a search that asks `evaluator`.
    pub fn new(params: PuctParams, evaluator: E) -> Self {
        Self { params, evaluator, logits: Vec::new() }
    }

    /// Returns how often each of `actions` was visited.
    ///
    /// # Errors
    /// [`SearchError::WrongLength`] or [`SearchError::NotFinite`] where the evaluator's answer cannot be used.
    pub fn visits<G: Game>(&mut self, game: &G, actions: &[G::Action]) -> Result<Vec<u32>, SearchError>
    where
        E: Evaluator<G>,
    {
        let (root, value) = self.expand(game, actions)?;
        let mut nodes = vec![root];
        nodes[0].tally.add(&value);
        for _ in 0..self.params.simulations {
            self.simulate(game, &mut nodes)?;
        }
        Ok(nodes[0].edges.iter().map(|edge| edge.tally.visits).collect())
    }

    /// Walks to a position that was not seen yet, and takes its value back up.
    fn simulate<G: Game>(&mut self, game: &G, nodes: &mut Vec<PuctNode<G::Action>>) -> Result<(), SearchError>
    where
        E: Evaluator<G>,
    {
        let (mut state, mut at, mut path) = (game.clone(), 0, Vec::new());
        let value = loop {
            let Some(place) = self.select(&nodes[at]) else { break state.utilities() };
            path.push((at, place));
            let edge = &nodes[at].edges[place];
            state.apply(edge.action);
            if let Some(child) = edge.child {
                at = child;
                continue;
            }
            let mut actions = Vec::new();
            if !state.is_over() {
                state.actions(&mut actions);
            }
            let (node, value) = self.expand(&state, &actions)?;
            nodes[at].edges[place].child = Some(nodes.len());
            nodes.push(node);
            at = nodes.len() - 1;
            break value;
        };
        nodes[at].tally.add(&value);
        for (node, place) in path {
            nodes[node].tally.add(&value);
            nodes[node].edges[place].tally.add(&value);
        }
        Ok(())
    }

    /// Returns the place of the edge to follow; none at an end of the game.
    fn select<A>(&self, node: &PuctNode<A>) -> Option<usize> {
        let mover = node.mover;
        let known = node.tally.mean(mover);
        let root = (node.tally.visits as f32).sqrt() * self.params.exploration;
        let score = |edge: &PuctEdge<A>| {
            let mean = if edge.tally.visits > 0 { edge.tally.mean(mover) } else { known };
            mean + edge.prior * root / (1 + edge.tally.visits) as f32
        };
        let mut best: Option<(usize, f32)> = None;
        for (place, edge) in node.edges.iter().enumerate() {
            let score = score(edge);
            if best.is_none_or(|(_, highest)| score > highest) {
                best = Some((place, score));
            }
        }
        best.map(|(place, _)| place)
    }

    fn expand<G: Game>(
        &mut self,
        game: &G,
        actions: &[G::Action],
    ) -> Result<(PuctNode<G::Action>, Utilities), SearchError>
    where
        E: Evaluator<G>,
    {
        let mut node = PuctNode { mover: game.mover(), tally: Tally::default(), edges: Vec::new() };
        if game.is_over() {
            return Ok((node, game.utilities()));
        }
        let value = self.evaluator.evaluate(game, actions, &mut self.logits);
        let (expected, got) = (actions.len(), self.logits.len());
        if expected != got {
            return Err(SearchError::WrongLength { expected, got });
        }
        if !self.logits.iter().chain(&value).all(|number| number.is_finite()) {
            return Err(SearchError::NotFinite);
        }
        let highest = self.logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = self.logits.iter().map(|logit| (logit - highest).exp()).sum();
        let priors = self.logits.iter().map(|logit| (logit - highest).exp() / total);
        let edge = |(action, prior): (&G::Action, f32)| PuctEdge {
            action: *action,
            prior,
            tally: Tally::default(),
            child: None,
        };
        node.edges = actions.iter().zip(priors).map(edge).collect();
        Ok((node, value))
    }
}
