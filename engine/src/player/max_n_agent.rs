//! The player that looks a few decisions ahead.

use rand_chacha::ChaCha8Rng;

use super::agent::Agent;
use crate::search::{Evaluator, Game, MaxN, MaxNParams, SearchError};

/// Plays what max^n finds best; the first of equal actions.
#[derive(Debug)]
pub struct MaxNAgent<E> {
    search: MaxN<E>,
}

impl<E> MaxNAgent<E> {
    /// Makes a player that asks `evaluator` at its horizon.
    pub fn new(params: MaxNParams, evaluator: E) -> Self {
        Self { search: MaxN::new(params, evaluator) }
    }
}

impl<G: Game, E: Evaluator<G> + Send> Agent<G> for MaxNAgent<E> {
    fn choose(&mut self, game: &G, actions: &[G::Action], _: &mut ChaCha8Rng) -> Result<usize, SearchError> {
        if actions.len() == 1 {
            return Ok(0);
        }
        self.search.best(game, actions).map(|(place, _)| place)
    }
}
