//! The resumable search.

use super::cache::CacheView;
use super::error::SearchError;
use super::game::{Game, Utilities};
use super::params::SearchParams;
use super::qvalues::{edge_q, improved_policy, select_interior};
use super::result::{RootAction, SearchResult};
use super::root::RootPlan;
use super::tree::{Expansion, NO_CHILD, Tree};

/// Says what a search needs to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchStep {
    /// The position in [`GumbelSearch::leaf`] waits for [`GumbelSearch::absorb`].
    Evaluate,
    /// All simulations are done, or the game is over.
    Done,
}

/// Where the pending leaf will hang.
#[derive(Clone, Copy, Debug)]
enum Pending {
    /// The root itself, new or with fewer edges than actions.
    Root,
    /// Under this edge of the last node of the path.
    Edge(u32),
}

/// Searches one position at a time, stopping at every leaf that needs an evaluation.
#[derive(Clone, Debug)]
pub struct GumbelSearch<G: Game> {
    params: SearchParams,
    tree: Tree<G::Action>,
    plan: RootPlan,
    root: G,
    leaf: G,
    actions: Vec<G::Action>,
    path: Vec<u32>,
    pending: Option<Pending>,
    simulations: u32,
    done: u32,
    noise_seed: u64,
    logits: Vec<f32>,
    scratch: Vec<f32>,
}

impl<G: Game> GumbelSearch<G> {
    /// Prepares a search that starts at `root` with no simulations; call [`GumbelSearch::begin`] before each move.
    pub fn new(params: SearchParams, root: &G) -> Self {
        Self {
            params,
            tree: Tree::new(),
            plan: RootPlan::default(),
            root: root.clone(),
            leaf: root.clone(),
            actions: Vec::new(),
            path: Vec::new(),
            pending: None,
            simulations: 0,
            done: 0,
            noise_seed: 0,
            logits: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Starts a search of exactly `simulations` simulations from `root`; the evaluation of the root itself is not counted.
    ///
    /// The tree is kept when [`GumbelSearch::advance`] has led to this position and the parameters allow it; what it holds comes on top of the
    /// budget. `noise_seed` alone decides the Gumbel noise.
    pub fn begin(&mut self, root: &G, simulations: u32, noise_seed: u64) {
        let same = self.root.key() == root.key();
        if !same || !self.params.reuse_tree {
            self.tree.clear();
        }
        self.root.clone_from(root);
        self.plan.reset();
        self.pending = None;
        self.simulations = simulations;
        self.done = 0;
        self.noise_seed = noise_seed;
    }

    /// Follows a move that was played, keeping what the tree knows below it.
    pub fn advance(&mut self, action: G::Action) {
        let child = match self.tree.nodes.first() {
            Some(_) => self
                .tree
                .edges_of(0)
                .iter()
                .find(|edge| edge.action == action)
                .map_or(NO_CHILD, |edge| edge.child),
            None => NO_CHILD,
        };
        if self.params.reuse_tree && child != NO_CHILD && !self.tree.nodes[child as usize].over {
            self.tree.promote(child);
        } else {
            self.tree.clear();
        }
        self.root.apply(action);
        self.plan.reset();
        self.pending = None;
        (self.simulations, self.done) = (0, 0);
    }

    /// Runs simulations until one needs an evaluation or the budget is spent; asking again without an answer changes nothing.
    pub fn next_leaf(&mut self, cache: Option<CacheView<'_>>) -> SearchStep {
        if self.pending.is_some() {
            return SearchStep::Evaluate;
        }
        if self.root.is_over() || !self.ensure_root(cache) {
            return if self.pending.is_some() { SearchStep::Evaluate } else { SearchStep::Done };
        }
        while self.done < self.simulations {
            if self.descend() {
                continue;
            }
            match self.look_up(cache) {
                Some(utilities) => self.expand(utilities),
                None => return SearchStep::Evaluate,
            }
        }
        SearchStep::Done
    }

    /// Returns the position that waits for an evaluation.
    pub fn leaf(&self) -> &G {
        &self.leaf
    }

    /// Returns the actions of [`GumbelSearch::leaf`], in the order that the logits must have.
    pub fn leaf_actions(&self) -> &[G::Action] {
        &self.actions
    }

    /// Takes the evaluation of the pending leaf: one logit per action and the expected utilities by absolute seat.
    ///
    /// # Errors
    /// When nothing is pending, when the number of logits differs from the number of actions, or when a number is not finite; the leaf stays pending.
    pub fn absorb(
        &mut self,
        logits: &[f32],
        utilities: Utilities,
        cache: Option<CacheView<'_>>,
    ) -> Result<(), SearchError> {
        if self.pending.is_none() {
            return Err(SearchError::NothingPending);
        }
        if logits.len() != self.actions.len() {
            return Err(SearchError::WrongLength { expected: self.actions.len(), got: logits.len() });
        }
        if !logits.iter().chain(&utilities).all(|number| number.is_finite()) {
            return Err(SearchError::NotFinite);
        }
        if let Some(cache) = cache {
            cache.insert(self.leaf.key(), logits, utilities);
        }
        self.logits.clear();
        self.logits.extend_from_slice(logits);
        self.expand(utilities);
        Ok(())
    }

    /// Returns how many simulations of the current search are done.
    pub fn simulations_done(&self) -> u32 {
        self.done
    }

    /// Returns the visits that the tree held for its root, own evaluation included, or zero without a tree.
    pub fn root_visits(&self) -> u32 {
        self.tree.nodes.first().map_or(0, |node| node.visits)
    }

    /// Reads the statistics of the root, or nothing while the root has no evaluation.
    pub fn result(&self) -> Option<SearchResult<G::Action>> {
        let root = self.tree.nodes.first().filter(|_| self.plan.is_ready())?;
        let improved = improved_policy(&self.tree, 0, &self.params);
        let survivor = self.plan.survivor(&self.tree, &self.params) - root.first;
        let actions =
            self.tree.edges_of(0).iter().zip(improved).enumerate().map(|(at, (edge, improved))| RootAction {
                action: edge.action,
                prior: edge.prior,
                visits: self.plan.visits(&self.tree, root.first + at as u32),
                utilities: (edge.child != NO_CHILD)
                    .then(|| std::array::from_fn(|seat| edge_q(&self.tree, edge.child, seat).unwrap_or(0.0))),
                improved,
            });
        Some(SearchResult {
            actions: actions.collect(),
            survivor: survivor as usize,
            root: std::array::from_fn(|seat| root.mean(seat)),
            raw: root.raw,
            simulations: self.done,
        })
    }

    /// Makes sure that the root has all its edges and its candidates; false when it cannot go on now.
    fn ensure_root(&mut self, cache: Option<CacheView<'_>>) -> bool {
        let complete = self.tree.nodes.first().is_some_and(|root| root.rest == f32::NEG_INFINITY);
        if !complete {
            self.leaf.clone_from(&self.root);
            self.leaf.actions(&mut self.actions);
            if self.actions.is_empty() {
                return false;
            }
            self.path.clear();
            self.pending = Some(Pending::Root);
            match self.look_up(cache) {
                Some(utilities) => self.expand(utilities),
                None => return false,
            }
        }
        if !self.plan.is_ready() {
            self.plan.prepare(&self.tree, &self.params, self.simulations as usize, self.noise_seed);
        }
        true
    }

    /// Walks to a leaf. True when the walk ended a simulation at a finished game, false when the leaf is pending.
    fn descend(&mut self) -> bool {
        self.leaf.clone_from(&self.root);
        self.path.clear();
        self.path.push(0);
        let mut edge = self.plan.select(&self.tree, &self.params, self.done, &mut self.scratch);
        loop {
            let parent = self.path[self.path.len() - 1];
            let taken = self.tree.edges[edge as usize];
            self.leaf.apply(taken.action);
            let mut child = taken.child;
            if child == NO_CHILD {
                if !self.leaf.is_over() {
                    self.leaf.actions(&mut self.actions);
                    self.pending = Some(Pending::Edge(edge));
                    return false;
                }
                child = self.tree.add_terminal(self.leaf.utilities());
                self.tree.link(parent, edge, child);
            }
            self.path.push(child);
            let node = &self.tree.nodes[child as usize];
            if node.over {
                let utilities = node.raw;
                self.tree.backup(&self.path, utilities);
                self.done += 1;
                return true;
            }
            edge = select_interior(&self.tree, child, &self.params, &mut self.scratch);
        }
    }

    fn look_up(&mut self, cache: Option<CacheView<'_>>) -> Option<Utilities> {
        cache?.get(self.leaf.key(), self.actions.len(), &mut self.logits)
    }

    /// Adds the pending leaf with the evaluation in `logits` and `utilities`, and ends its simulation.
    fn expand(&mut self, utilities: Utilities) {
        let Some(pending) = self.pending.take() else { return };
        let keep = match pending {
            Pending::Root => usize::MAX,
            Pending::Edge(_) => self.params.interior_actions,
        };
        let expansion = Expansion {
            actions: &self.actions,
            logits: &self.logits,
            mover: self.leaf.mover(),
            utilities,
            keep,
        };
        match pending {
            Pending::Root if !self.tree.nodes.is_empty() => self.tree.widen(0, &expansion),
            Pending::Root => {
                let node = self.tree.add(&expansion);
                self.tree.backup(&[node], utilities);
            }
            Pending::Edge(edge) => {
                let node = self.tree.add(&expansion);
                let parent = self.path[self.path.len() - 1];
                self.tree.link(parent, edge, node);
                self.path.push(node);
                self.tree.backup(&self.path, utilities);
                self.done += 1;
            }
        }
    }
}
