//! Evaluation of one leaf at a time, for tests, tools and players without a batch.

use super::cache::CacheView;
use super::error::SearchError;
use super::game::{Game, MAX_PLAYERS, Utilities};
use super::gumbel::{GumbelSearch, SearchStep};

/// Gives prior logits and expected utilities of a position that is not over.
pub trait Evaluator<G: Game> {
    /// Fills `logits` with one number per entry of `actions` and returns the expected utilities by absolute seat.
    fn evaluate(&mut self, game: &G, actions: &[G::Action], logits: &mut Vec<f32>) -> Utilities;
}

/// Evaluates every position alike: equal logits and an equal share for every seat.
#[derive(Clone, Copy, Debug, Default)]
pub struct UniformEvaluator;

impl<G: Game> Evaluator<G> for UniformEvaluator {
    fn evaluate(&mut self, game: &G, actions: &[G::Action], logits: &mut Vec<f32>) -> Utilities {
        logits.clear();
        logits.resize(actions.len(), 0.0);
        let mut shares = [0.0; MAX_PLAYERS];
        shares[..game.players()].fill(1.0 / game.players() as f32);
        shares
    }
}

/// Runs a search that has begun to its end with `evaluator`.
///
/// # Errors
/// Whatever [`GumbelSearch::absorb`] refuses.
pub fn run_search<G: Game, E: Evaluator<G>>(
    search: &mut GumbelSearch<G>,
    evaluator: &mut E,
    cache: Option<CacheView<'_>>,
) -> Result<(), SearchError> {
    let mut logits = Vec::new();
    while search.next_leaf(cache) == SearchStep::Evaluate {
        let utilities = evaluator.evaluate(search.leaf(), search.leaf_actions(), &mut logits);
        search.absorb(&logits, utilities, cache)?;
    }
    Ok(())
}
