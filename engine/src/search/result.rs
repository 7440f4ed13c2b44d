//! What a finished search says about its root.

use rand::Rng;

use super::game::Utilities;

/// Says how a move is taken from a search result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MoveSelection {
    /// Plays the action that sequential halving ended with.
    Survivor,
    /// Samples from the improved policy raised to `1 / temperature`.
    Sampled {
        /// Above one flattens, below one sharpens; zero plays the survivor.
        temperature: f32,
    },
}

/// Holds the statistics of one root action.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RootAction<A> {
    /// The action.
    pub action: A,
    /// Prior probability.
    pub prior: f32,
    /// Simulations of this search that took the action.
    pub visits: u32,
    /// Mean utilities below the action, when it was ever visited.
    pub utilities: Option<Utilities>,
    /// softmax(logits + sigma(completed Q)) over all legal actions: the policy target.
    pub improved: f32,
}

/// Holds the outcome of one search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchResult<A> {
    /// All legal actions of the root, best prior first.
    pub actions: Vec<RootAction<A>>,
    /// Place in `actions` of the action that sequential halving ended with.
    pub survivor: usize,
    /// Mean utilities over all visits of the root.
    pub root: Utilities,
    /// The evaluator's utilities of the root.
    pub raw: Utilities,
    /// Simulations that this search ran.
    pub simulations: u32,
}

impl<A: Copy> SearchResult<A> {
    /// Chooses the place in `actions` of the move to play; draws from `rng` only when sampling.
    pub fn choose(&self, selection: MoveSelection, rng: &mut impl Rng) -> usize {
        let MoveSelection::Sampled { temperature } = selection else { return self.survivor };
        if temperature <= 0.0 {
            return self.survivor;
        }
        let best = self.actions.iter().map(|entry| entry.improved).fold(f32::MIN_POSITIVE, f32::max);
        let weight =
            |entry: &RootAction<A>| f64::from(entry.improved / best).powf(1.0 / f64::from(temperature));
        let total: f64 = self.actions.iter().map(weight).sum();
        let mut left = rng.random::<f64>() * total;
        for (at, entry) in self.actions.iter().enumerate() {
            left -= weight(entry);
            if left < 0.0 {
                return at;
            }
        }
        self.survivor
    }

    /// Returns the action at a place that [`SearchResult::choose`] gave.
    pub fn action(&self, place: usize) -> Option<A> {
        self.actions.get(place).map(|entry| entry.action)
    }
}
