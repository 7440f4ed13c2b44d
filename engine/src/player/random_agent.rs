//! The uniformly random player.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::agent::Agent;
use crate::search::{Game, SearchError};

/// Plays every decision with equal probability.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomAgent;

impl<G: Game> Agent<G> for RandomAgent {
    fn choose(&mut self, _: &G, actions: &[G::Action], rng: &mut ChaCha8Rng) -> Result<usize, SearchError> {
        Ok(rng.random_range(0..actions.len()))
    }
}
