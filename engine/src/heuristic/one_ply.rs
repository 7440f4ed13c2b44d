//! Chooses the move whose position scores best for the mover.

use rand::{Rng, seq::IndexedRandom};

use super::HeuristicEvaluator;
use crate::rules::{Move, MoveKind, MoveList, Position};

/// Scores closer than this are equal: rounding depends on the order of addition.
const TIE: f64 = 1e-9;

/// Pairs a move with the score of the position after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredMove {
    /// The move.
    pub mv: Move,
    /// The score of the position after the move, for the mover.
    pub score: f64,
}

/// Chooses moves by evaluating the position after each.
///
/// Every decision counts for itself: the position in the middle of a chain or before a choice of lines is scored as it stands.
/// Buffers are kept, so that choosing allocates nothing once they have grown.
#[derive(Debug)]
pub struct OnePlyChooser {
    evaluator: HeuristicEvaluator,
    decisions: MoveList,
    scored: Vec<ScoredMove>,
    best: Vec<Move>,
}

impl OnePlyChooser {
    /// Makes a chooser that scores with an evaluator.
    #[must_use]
    pub fn new(evaluator: HeuristicEvaluator) -> Self {
        Self { evaluator, decisions: MoveList::default(), scored: Vec::new(), best: Vec::new() }
    }

    /// Scores the position after each of the given moves for the mover.
    ///
    /// Swapping sides is scored for the seat taken over. The moves must be legal in the position.
    pub fn score<const W: usize>(&mut self, position: &Position<W>, moves: &[Move]) -> &[ScoredMove] {
        let mover = position.mover().index();
        self.scored.clear();
        for &mv in moves {
            let mut next = position.clone();
            next.apply(mv);
            let seat = if mv.kind == MoveKind::SwapSides { usize::from(mover == 0) } else { mover };
            self.scored.push(ScoredMove { mv, score: self.evaluator.score(&next, seat) });
        }
        &self.scored
    }

    /// Returns all decisions that score highest, in the order in which the rules list them; none where the game is over.
    pub fn best<const W: usize>(&mut self, position: &Position<W>) -> &[Move] {
        let mut decisions = std::mem::take(&mut self.decisions);
        position.decisions(&mut decisions);
        self.best.clear();
        if let [only] = decisions[..] {
            self.best.push(only);
        } else {
            self.score(position, &decisions);
            let highest = self.scored.iter().map(|s| s.score).fold(f64::NEG_INFINITY, f64::max);
            self.best.extend(self.scored.iter().filter(|s| s.score >= highest - TIE).map(|s| s.mv));
        }
        self.decisions = decisions;
        &self.best
    }

    /// Draws one of the highest-scoring decisions uniformly; `None` where the game is over.
    pub fn choose<const W: usize>(&mut self, position: &Position<W>, rng: &mut impl Rng) -> Option<Move> {
        self.best(position).choose(rng).copied()
    }
}
