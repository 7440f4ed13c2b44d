//! The one-ply heuristic player.

use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::agent::Agent;
use crate::action::{PlayAction, PlayState};
use crate::heuristic::{HeuristicEvaluator, HeuristicProfile, OnePlyChooser};
use crate::rules::{Move, RecoveryMode};
use crate::search::SearchError;

/// Scores closer than this are equal: rounding depends on the order of addition.
const TIE: f64 = 1e-9;

/// Plays the decision after which the heuristic scores the mover highest; equal ones are drawn uniformly.
#[derive(Debug)]
pub struct HeuristicAgent {
    chooser: OnePlyChooser,
    moves: Vec<Move>,
    /// Place in the action list that each of `moves` belongs to.
    places: Vec<usize>,
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
        Self {
            chooser: OnePlyChooser::new(evaluator),
            moves: Vec::new(),
            places: Vec::new(),
            best: Vec::new(),
        }
    }
}

impl<const W: usize> Agent<PlayState<W>> for HeuristicAgent {
    fn choose(
        &mut self,
        game: &PlayState<W>,
        actions: &[PlayAction],
        rng: &mut ChaCha8Rng,
    ) -> Result<usize, SearchError> {
        self.moves.clear();
        self.places.clear();
        for (place, action) in actions.iter().enumerate() {
            match *action {
                PlayAction::Move(mv) => self.moves.push(mv),
                // The slide is worth its better option, which the next decision then takes.
                PlayAction::Slide { from, to } => {
                    self.moves.push(Move::recovery(from, to, RecoveryMode::LineAll));
                    self.moves.push(Move::recovery(from, to, RecoveryMode::LineMin));
                }
            }
            self.places.resize(self.moves.len(), place);
        }
        let scored = self.chooser.score(game.position(), &self.moves);
        let highest = scored.iter().map(|entry| entry.score).fold(f64::NEG_INFINITY, f64::max);
        self.best.clear();
        let ties = scored.iter().zip(&self.places).filter(|(entry, _)| entry.score >= highest - TIE);
        self.best.extend(ties.map(|(_, place)| *place));
        self.best.dedup();
        Ok(self.best.choose(rng).copied().unwrap_or(0))
    }
}
