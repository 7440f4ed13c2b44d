//! The root of one search: Gumbel noise, the considered actions, sequential halving.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::halving::considered_visits;
use super::params::SearchParams;
use super::qvalues::{QTransform, edge_q};
use super::tree::{NO_CHILD, Tree};

/// One action that the search considers at the root.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    edge: u32,
    gumbel: f32,
    /// Visits that a reused tree already held.
    base: u32,
}

/// Sequential halving over the considered root actions.
#[derive(Clone, Debug, Default)]
pub(super) struct RootPlan {
    candidates: Vec<Candidate>,
    schedule: Vec<u32>,
    shape: (usize, usize),
    ready: bool,
}

impl RootPlan {
    /// Forgets the candidates of the last search.
    pub fn reset(&mut self) {
        self.candidates.clear();
        self.ready = false;
    }

    /// Tells whether the candidates of this search are drawn.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// Draws the noise and takes the actions with the best `g + logit + sigma(completed Q)`.
    pub fn prepare<A: Copy + PartialEq>(
        &mut self,
        tree: &Tree<A>,
        params: &SearchParams,
        simulations: usize,
        noise_seed: u64,
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(noise_seed);
        let transform = QTransform::of(tree, 0, params, &mut Vec::new());
        let node = tree.nodes[0];
        let mut scored: Vec<(f32, Candidate)> = tree
            .edges_of(0)
            .iter()
            .enumerate()
            .map(|(at, edge)| {
                let base = if edge.child == NO_CHILD { 0 } else { tree.nodes[edge.child as usize].visits };
                let gumbel = if params.gumbel_scale == 0.0 {
                    0.0
                } else {
                    params.gumbel_scale * draw_gumbel(&mut rng)
                };
                let candidate = Candidate { edge: node.first + at as u32, gumbel, base };
                (score(tree, &transform, candidate, usize::from(node.mover)), candidate)
            })
            .collect();
        let considered = params.considered.clamp(1, scored.len().max(1));
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.candidates.clear();
        self.candidates.extend(scored.iter().take(considered).map(|(_, candidate)| *candidate));
        if self.shape != (considered, simulations) || self.schedule.len() != simulations {
            self.schedule = considered_visits(considered, simulations);
            self.shape = (considered, simulations);
        }
        self.ready = true;
    }

    /// Returns the edge that simulation number `done` takes from the root.
    pub fn select<A: Copy + PartialEq>(
        &self,
        tree: &Tree<A>,
        params: &SearchParams,
        done: u32,
        scratch: &mut Vec<f32>,
    ) -> u32 {
        self.best(tree, params, self.schedule[done as usize], scratch)
    }

    /// Returns the action to play: the best score among the most visited candidates.
    pub fn survivor<A: Copy + PartialEq>(&self, tree: &Tree<A>, params: &SearchParams) -> u32 {
        let most = self.candidates.iter().map(|&candidate| new_visits(tree, candidate)).max().unwrap_or(0);
        self.best(tree, params, most, &mut Vec::new())
    }

    /// Returns the visits that this search gave to an edge.
    pub fn visits<A: Copy + PartialEq>(&self, tree: &Tree<A>, edge: u32) -> u32 {
        let candidate = self.candidates.iter().find(|candidate| candidate.edge == edge);
        candidate.map_or(0, |&candidate| new_visits(tree, candidate))
    }

    fn best<A: Copy + PartialEq>(
        &self,
        tree: &Tree<A>,
        params: &SearchParams,
        visits: u32,
        scratch: &mut Vec<f32>,
    ) -> u32 {
        let transform = QTransform::of(tree, 0, params, scratch);
        let seat = usize::from(tree.nodes[0].mover);
        let mut best = (f32::NEG_INFINITY, tree.nodes[0].first);
        for &candidate in self.candidates.iter().filter(|&&candidate| new_visits(tree, candidate) == visits) {
            let score = score(tree, &transform, candidate, seat);
            if score > best.0 {
                best = (score, candidate.edge);
            }
        }
        best.1
    }
}

fn score<A: Copy + PartialEq>(
    tree: &Tree<A>,
    transform: &QTransform,
    candidate: Candidate,
    seat: usize,
) -> f32 {
    let edge = &tree.edges[candidate.edge as usize];
    let q = edge_q(tree, edge.child, seat).unwrap_or(transform.mixed);
    candidate.gumbel + edge.log_prior + transform.sigma(q)
}

fn new_visits<A>(tree: &Tree<A>, candidate: Candidate) -> u32 {
    match tree.edges[candidate.edge as usize].child {
        NO_CHILD => 0,
        child => tree.nodes[child as usize].visits - candidate.base,
    }
}

fn draw_gumbel(rng: &mut ChaCha8Rng) -> f32 {
    // The open interval: zero would give an infinite number.
    let uniform: f64 = rng.sample(rand::distr::Open01);
    (-(-uniform.ln()).ln()) as f32
}
