//! The search tree: nodes and edges in two arenas, addressed by index.
//!
//! A tree has one parent per node, so the statistics of an edge (visit count, utility sum) are those of the node it leads to and are kept there.
//! The edges of a node are sorted by prior, best first. Below the root the visited edges are therefore always the first ones: all
//! unvisited edges share one completed Q, so the best of them is the one with the highest prior.

use super::game::{MAX_PLAYERS, Utilities};

/// Marks an edge that no simulation has taken yet.
pub(super) const NO_CHILD: u32 = u32::MAX;

/// One action of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge<A> {
    pub action: A,
    pub log_prior: f32,
    pub prior: f32,
    /// Logarithm of the prior mass of this edge and of everything after it.
    pub tail: f32,
    pub child: u32,
}

/// One evaluated position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub first: u32,
    pub edges: u32,
    /// Edges that have a child.
    pub children: u32,
    pub visits: u32,
    /// Logarithm of the prior mass of actions that were not kept as edges.
    pub rest: f32,
    pub mover: u8,
    pub over: bool,
    /// The evaluator's utilities, or the exact ones of a finished game.
    pub raw: Utilities,
    pub sum: Utilities,
}

impl Node {
    /// Returns the mean utility of one seat over all visits.
    pub fn mean(&self, seat: usize) -> f32 {
        self.sum[seat] / self.visits as f32
    }
}

/// A position to add: what the game says and what the evaluator says about it.
pub(super) struct Expansion<'a, A> {
    pub actions: &'a [A],
    pub logits: &'a [f32],
    pub mover: usize,
    pub utilities: Utilities,
    pub keep: usize,
}

/// The two arenas; node 0 is the root.
#[derive(Clone, Debug)]
pub(super) struct Tree<A> {
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge<A>>,
    order: Vec<u32>,
    spare_nodes: Vec<Node>,
    spare_edges: Vec<Edge<A>>,
}

impl<A: Copy + PartialEq> Tree<A> {
    pub fn new() -> Self {
        Self {
            nodes: Vec::new(),
            edges: Vec::new(),
            order: Vec::new(),
            spare_nodes: Vec::new(),
            spare_edges: Vec::new(),
        }
    }

    pub fn clear(&mut self) {
        self.nodes.clear();
        self.edges.clear();
    }

    /// Returns the edges of a node.
    pub fn edges_of(&self, node: u32) -> &[Edge<A>] {
        let node = &self.nodes[node as usize];
        &self.edges[node.first as usize..(node.first + node.edges) as usize]
    }

    /// Adds a finished position.
    pub fn add_terminal(&mut self, utilities: Utilities) -> u32 {
        self.push_node(0, utilities, true)
    }

    /// Adds an evaluated position with its edges.
    pub fn add(&mut self, expansion: &Expansion<'_, A>) -> u32 {
        let node = self.push_node(expansion.mover, expansion.utilities, false);
        self.write_edges(node, expansion);
        node
    }

    /// Gives a node its full edge list again and hands its children to the new edges.
    pub fn widen(&mut self, node: u32, expansion: &Expansion<'_, A>) {
        let old: Vec<Edge<A>> =
            self.edges_of(node).iter().filter(|edge| edge.child != NO_CHILD).copied().collect();
        self.write_edges(node, expansion);
        let Node { first, edges, .. } = self.nodes[node as usize];
        let fresh = &mut self.edges[first as usize..(first + edges) as usize];
        for edge in old {
            if let Some(slot) = fresh.iter_mut().find(|candidate| candidate.action == edge.action) {
                slot.child = edge.child;
            }
        }
    }

    /// Hangs `child` under an edge of `parent`.
    pub fn link(&mut self, parent: u32, edge: u32, child: u32) {
        self.edges[edge as usize].child = child;
        self.nodes[parent as usize].children += 1;
    }

    /// Adds one visit with these utilities to every node of a path.
    pub fn backup(&mut self, path: &[u32], utilities: Utilities) {
        for &index in path {
            let node = &mut self.nodes[index as usize];
            node.visits += 1;
            for (sum, utility) in node.sum.iter_mut().zip(utilities) {
                *sum += utility;
            }
        }
    }

    /// Makes `node` the root and drops everything that is not below it.
    pub fn promote(&mut self, node: u32) {
        self.spare_nodes.clear();
        self.spare_edges.clear();
        // `order` lists old indices in the order of the new ones.
        self.order.clear();
        self.order.push(node);
        let mut next = 0;
        while next < self.order.len() {
            let old = self.nodes[self.order[next] as usize];
            let first = self.spare_edges.len() as u32;
            for edge in &self.edges[old.first as usize..(old.first + old.edges) as usize] {
                let mut edge = *edge;
                if edge.child != NO_CHILD {
                    let moved = self.order.len() as u32;
                    self.order.push(edge.child);
                    edge.child = moved;
                }
                self.spare_edges.push(edge);
            }
            self.spare_nodes.push(Node { first, ..old });
            next += 1;
        }
        std::mem::swap(&mut self.nodes, &mut self.spare_nodes);
        std::mem::swap(&mut self.edges, &mut self.spare_edges);
    }

    fn push_node(&mut self, mover: usize, utilities: Utilities, over: bool) -> u32 {
        let index = self.nodes.len() as u32;
        self.nodes.push(Node {
            first: self.edges.len() as u32,
            edges: 0,
            children: 0,
            visits: 0,
            rest: f32::NEG_INFINITY,
            mover: mover as u8,
            over,
            raw: utilities,
            sum: [0.0; MAX_PLAYERS],
        });
        index
    }

    fn write_edges(&mut self, node: u32, expansion: &Expansion<'_, A>) {
        let logits = expansion.logits;
        let total = logits.len();
        let kept = total.min(expansion.keep.max(1));
        let best_first =
            |&a: &u32, &b: &u32| logits[b as usize].total_cmp(&logits[a as usize]).then(a.cmp(&b));
        self.order.clear();
        self.order.extend(0..total as u32);
        if kept < total {
            self.order.select_nth_unstable_by(kept, best_first);
        }
        self.order[..kept].sort_unstable_by(best_first);

        let max = self.order.first().map_or(0.0, |&best| logits[best as usize]);
        let norm = logits.iter().map(|logit| (logit - max).exp()).sum::<f32>().ln() + max;
        // Summed from the smallest prior up, so that small tails keep their digits.
        let mut mass: f32 = self.order[kept..].iter().map(|&at| (logits[at as usize] - norm).exp()).sum();
        let rest = mass.ln();
        let first = self.edges.len();
        for &at in &self.order[..kept] {
            let log_prior = logits[at as usize] - norm;
            let action = expansion.actions[at as usize];
            self.edges.push(Edge { action, log_prior, prior: log_prior.exp(), tail: 0.0, child: NO_CHILD });
        }
        for edge in self.edges[first..].iter_mut().rev() {
            mass += edge.prior;
            edge.tail = mass.ln();
        }
        let node = &mut self.nodes[node as usize];
        (node.first, node.edges, node.rest) = (first as u32, kept as u32, rest);
    }
}
