//! Completed Q values, their scaling, and the choice of an action below the root.
//!
//! # Source
//! `qtransform_completed_by_mix_value` and `gumbel_muzero_interior_action_selection` of mctx; Danihelka et al. 2022, appendix D and section 5.

use super::params::SearchParams;
use super::tree::{NO_CHILD, Tree};

/// Smallest range that Q values are divided by.
const MIN_RANGE: f32 = 1e-8;

/// Turns the mover's Q values at one node into additions to logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct QTransform {
    origin: f32,
    scale: f32,
    /// The value that stands for every unvisited action.
    pub mixed: f32,
}

impl QTransform {
    /// Reads the statistics of a node's children; `qvalues` receives the Q of each visited edge in edge order.
    pub fn of<A: Copy + PartialEq>(
        tree: &Tree<A>,
        index: u32,
        params: &SearchParams,
        qvalues: &mut Vec<f32>,
    ) -> Self {
        let node = &tree.nodes[index as usize];
        let seat = usize::from(node.mover);
        let (mut mass, mut weighted, mut total, mut most) = (0.0, 0.0, 0, 0);
        let (mut min, mut max) = (f32::INFINITY, f32::NEG_INFINITY);
        qvalues.clear();
        for edge in tree.edges_of(index) {
            if qvalues.len() == node.children as usize {
                break;
            }
            if edge.child == NO_CHILD {
                continue;
            }
            let child = &tree.nodes[edge.child as usize];
            let q = child.mean(seat);
            let prior = edge.prior.max(f32::MIN_POSITIVE);
            mass += prior;
            weighted += prior * q;
            total += child.visits;
            most = most.max(child.visits);
            min = min.min(q);
            max = max.max(q);
            qvalues.push(q);
        }
        let mixed = if total == 0 {
            node.raw[seat]
        } else {
            (node.raw[seat] + total as f32 * (weighted / mass)) / (total as f32 + 1.0)
        };
        if node.children < node.edges || node.rest > f32::NEG_INFINITY {
            min = min.min(mixed);
            max = max.max(mixed);
        }
        let (origin, range) =
            if params.rescale_values { (min, (max - min).max(MIN_RANGE)) } else { (0.0, 1.0) };
        let scale = (params.maxvisit_init + most as f32) * params.value_scale / range;
        Self { origin, scale, mixed }
    }

    /// Returns what a Q value adds to the logit of its action.
    pub fn sigma(&self, q: f32) -> f32 {
        self.scale * (q - self.origin)
    }
}

/// Picks the edge below the root whose share of visits lags most behind the improved policy.
pub(super) fn select_interior<A: Copy + PartialEq>(
    tree: &Tree<A>,
    index: u32,
    params: &SearchParams,
    scratch: &mut Vec<f32>,
) -> u32 {
    let transform = QTransform::of(tree, index, params, scratch);
    let node = &tree.nodes[index as usize];
    let edges = tree.edges_of(index);
    let visited = node.children as usize;
    let unvisited_sigma = transform.sigma(transform.mixed);
    let unvisited_tail = edges.get(visited).map_or(node.rest, |edge| edge.tail) + unvisited_sigma;

    let mut max = unvisited_tail;
    for (weight, edge) in scratch.iter_mut().zip(edges) {
        *weight = edge.log_prior + transform.sigma(*weight);
        max = max.max(*weight);
    }
    let mut norm = (unvisited_tail - max).exp();
    for weight in scratch.iter_mut() {
        *weight = (*weight - max).exp();
        norm += *weight;
    }

    // All visits of the node but its own evaluation went to children.
    let per_visit = 1.0 / node.visits as f32;
    let (mut best, mut best_score) = (0, f32::NEG_INFINITY);
    for (at, (weight, edge)) in scratch.iter().zip(edges).enumerate() {
        let score = weight / norm - tree.nodes[edge.child as usize].visits as f32 * per_visit;
        if score > best_score {
            (best, best_score) = (at, score);
        }
    }
    if let Some(edge) = edges.get(visited) {
        let score = (edge.log_prior + unvisited_sigma - max).exp() / norm;
        if score > best_score {
            best = visited;
        }
    }
    node.first + best as u32
}

/// Returns softmax(logits + sigma(completed Q)) over all edges of a node, in edge order.
pub(super) fn improved_policy<A: Copy + PartialEq>(
    tree: &Tree<A>,
    index: u32,
    params: &SearchParams,
) -> Vec<f32> {
    let mut scratch = Vec::new();
    let transform = QTransform::of(tree, index, params, &mut scratch);
    let seat = usize::from(tree.nodes[index as usize].mover);
    let mut policy: Vec<f32> = tree
        .edges_of(index)
        .iter()
        .map(|edge| {
            edge.log_prior + transform.sigma(edge_q(tree, edge.child, seat).unwrap_or(transform.mixed))
        })
        .collect();
    let max = policy.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut norm = 0.0;
    for entry in &mut policy {
        *entry = (*entry - max).exp();
        norm += *entry;
    }
    for entry in &mut policy {
        *entry /= norm;
    }
    policy
}

/// Returns the mean utility of one seat below an edge, if the edge was visited.
pub(super) fn edge_q<A>(tree: &Tree<A>, child: u32, seat: usize) -> Option<f32> {
    (child != NO_CHILD).then(|| tree.nodes[child as usize].mean(seat))
}
