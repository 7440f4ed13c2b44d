//! What the heuristic says of each action, one ply ahead.

use crate::action::{PlayAction, PlayState};
use crate::heuristic::{HeuristicEvaluator, OnePlyChooser};
use crate::rules::{Move, RecoveryMode};

/// Scores actions; its buffers are kept.
#[derive(Debug)]
pub(super) struct OnePlyScores {
    chooser: OnePlyChooser,
    moves: Vec<Move>,
    /// Place in the action list that each of `moves` belongs to.
    places: Vec<usize>,
    scores: Vec<f64>,
}

impl OnePlyScores {
    /// Scores with a given evaluator.
    pub fn new(evaluator: HeuristicEvaluator) -> Self {
        let (moves, places, scores) = (Vec::new(), Vec::new(), Vec::new());
        Self { chooser: OnePlyChooser::new(evaluator), moves, places, scores }
    }

    /// Returns the mover's score after each action.
    pub fn of<const W: usize>(&mut self, game: &PlayState<W>, actions: &[PlayAction]) -> &[f64] {
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
        self.scores.clear();
        self.scores.resize(actions.len(), f64::NEG_INFINITY);
        let scored = self.chooser.score(game.position(), &self.moves);
        for (entry, place) in scored.iter().zip(&self.places) {
            self.scores[*place] = self.scores[*place].max(entry.score);
        }
        &self.scores
    }
}
