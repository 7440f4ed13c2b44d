//! Parameters of the Gumbel search.

/// Holds what shapes a search; the defaults are those of mctx.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchParams {
    /// Root actions that sequential halving starts from.
    pub considered: usize,
    /// Multiplies rescaled Q values before they meet logits.
    pub value_scale: f32,
    /// Stretches the completed Q values of a node to `0.0..=1.0` before they are scaled; without it, utilities count as they are.
    pub rescale_values: bool,
    /// Visits added to the most visited action's count in the same factor.
    pub maxvisit_init: f32,
    /// Multiplies the Gumbel noise at the root; zero makes the search deterministic, for evaluation games.
    pub gumbel_scale: f32,
    /// Keeps the subtree of the played action for the next move.
    pub reuse_tree: bool,
    /// Actions that a node below the root keeps, best prior first; the probability of the others is accounted for, but they cannot be visited there.
    pub interior_actions: usize,
}

impl SearchParams {
    /// Returns the parameters for boards with several hundred actions: twice the root actions, bounded interior nodes.
    pub fn large_board() -> Self {
        Self { considered: 32, interior_actions: 128, ..Self::default() }
    }

    /// Returns the same parameters without root noise.
    pub fn without_noise(self) -> Self {
        Self { gumbel_scale: 0.0, ..self }
    }
}

impl Default for SearchParams {
    fn default() -> Self {
        Self {
            considered: 16,
            value_scale: 0.1,
            rescale_values: true,
            maxvisit_init: 50.0,
            gumbel_scale: 1.0,
            reuse_tree: true,
            interior_actions: usize::MAX,
        }
    }
}
