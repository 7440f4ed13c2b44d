//! The player that searches by PUCT.

use rand_chacha::ChaCha8Rng;

use super::agent::Agent;
use crate::search::{Evaluator, Game, Puct, PuctParams, SearchError};

/// Plays what PUCT visits most; the first of equal actions.
#[derive(Debug)]
pub struct PuctAgent<E> {
    search: Puct<E>,
}

impl<E> PuctAgent<E> {
    /// Makes a player that asks `evaluator`.
    pub fn new(params: PuctParams, evaluator: E) -> Self {
        Self { search: Puct::new(params, evaluator) }
    }
}

impl<G: Game, E: Evaluator<G> + Send> Agent<G> for PuctAgent<E> {
    fn choose(&mut self, game: &G, actions: &[G::Action], _: &mut ChaCha8Rng) -> Result<usize, SearchError> {
        if actions.len() == 1 {
            return Ok(0);
        }
        let visits = self.search.visits(game, actions)?;
        let most = visits.iter().copied().max().unwrap_or(0);
        Ok(visits.iter().position(|count| *count == most).unwrap_or(0))
    }
}
