//! The one-ply heuristic player.

use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::agent::Agent;
use super::one_ply_scores::OnePlyScores;
use crate::action::{PlayAction, PlayState};
use crate::heuristic::{HeuristicEvaluator, HeuristicProfile};
use crate::search::SearchError;

/// Scores closer than this are equal: rounding depends on the order of addition.
const TIE: f64 = 1e-9;

/// Plays the decision after which the heuristic scores the mover highest; equal ones are drawn uniformly.
#[derive(Debug)]
pub struct HeuristicAgent {
    scores: OnePlyScores,
    best: Vec<usize>,
}

impl HeuristicAgent {
    /// Makes a player that scores with the mended heuristic.
    pub fn repaired() -> Self {
        Self::new(HeuristicEvaluator::repaired(HeuristicProfile::Balanced))
    }

    /// Makes a player that scores as the reference does.
    pub fn reference() -> Self {
        Self::new(HeuristicEvaluator::reference(HeuristicProfile::Balanced))
    }

    /// Makes a player that scores with a given evaluator.
    pub fn new(evaluator: HeuristicEvaluator) -> Self {
        Self { scores: OnePlyScores::new(evaluator), best: Vec::new() }
    }
}

impl<const W: usize> Agent<PlayState<W>> for HeuristicAgent {
    fn choose(
        &mut self,
        game: &PlayState<W>,
        actions: &[PlayAction],
        rng: &mut ChaCha8Rng,
    ) -> Result<usize, SearchError> {
        let scores = self.scores.of(game, actions);
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.best.clear();
        self.best.extend((0..scores.len()).filter(|place| scores[*place] >= highest - TIE));
        Ok(self.best.choose(rng).copied().unwrap_or(0))
    }
}
