//! How the search works.

use crate::check::Checks;

section! {
    /// Says how the Gumbel search works.
    pub struct SearchSection as "search" {
        /// Actions that the root considers on square8 and hex8.
        pub considered_actions: u32 = 16,
        /// Actions that the root considers on square19 and hexagonal.
        pub considered_actions_large: u32 = 32,
        /// Weight of completed Q against the logits.
        pub value_scale: f64 = 0.1,
        /// Visits that the completed Q of an unvisited tree is scaled as if it had.
        pub maxvisit_init: f64 = 50.0,
        /// Whether completed Q is rescaled to 0 to 1 within a node.
        pub rescale_values: bool = true,
        /// Whether the tree under the played move is kept for the next one.
        pub reuse_tree: bool = true,
        /// Evaluations that a process remembers.
        pub cache_entries: u64 = 100_000,
    }
}

impl SearchSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.at_least("search.considered_actions", self.considered_actions.into(), 2);
        checks.at_least("search.considered_actions_large", self.considered_actions_large.into(), 2);
        checks.positive("search.value_scale", self.value_scale);
        checks.positive("search.maxvisit_init", self.maxvisit_init);
    }
}
