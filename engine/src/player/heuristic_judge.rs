//! The heuristic as an evaluator of a search: shares of the seats, and how likely each action is to be a good one.

use super::one_ply_scores::OnePlyScores;
use crate::action::{PlayAction, PlayState};
use crate::heuristic::{HeuristicEvaluator, HeuristicProfile};
use crate::rules::MAX_PLAYERS;
use crate::search::{Evaluator, Utilities};

/// Difference of two seats' scores at which one is e times as likely to win.
const SHARE_SCALE: f64 = 40.0;
/// Difference of two actions' scores at which one is e times as likely to be tried.
const PRIOR_SCALE: f64 = 10.0;

/// Judges positions by the heuristic.
#[derive(Debug)]
pub struct HeuristicJudge {
    evaluator: HeuristicEvaluator,
    scores: OnePlyScores,
}

impl HeuristicJudge {
    /// Judges by the mended heuristic.
    pub fn repaired() -> Self {
        let evaluator = || HeuristicEvaluator::repaired(HeuristicProfile::Balanced);
        Self { evaluator: evaluator(), scores: OnePlyScores::new(evaluator()) }
    }
}

impl<const W: usize> Evaluator<PlayState<W>> for HeuristicJudge {
    /// Without actions only the shares are found, which is much cheaper.
    fn evaluate(&mut self, game: &PlayState<W>, actions: &[PlayAction], logits: &mut Vec<f32>) -> Utilities {
        logits.clear();
        if !actions.is_empty() {
            let scores = self.scores.of(game, actions);
            logits.extend(scores.iter().map(|score| (score / PRIOR_SCALE) as f32));
        }
        let position = game.position();
        let players = game.players();
        let mut scores = [f64::NEG_INFINITY; MAX_PLAYERS];
        for (colour, score) in scores.iter_mut().enumerate().take(players) {
            *score = self.evaluator.score(position, colour) / SHARE_SCALE;
        }
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights = scores.map(|score| (score - highest).exp());
        let total: f64 = weights.iter().sum();
        let mut shares = weights.map(|weight| (weight / total) as f32);
        if position.swap_used() {
            shares.swap(0, 1); // who swapped sides sits in the other colour since
        }
        shares
    }
}
