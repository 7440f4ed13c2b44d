//! Walking through a recorded game.

use super::{DecisionSite, GameRecord, RecordError, move_token};
use crate::action::{PlayAction, PlayScratch, PlayState};
use crate::rules::{Move, MoveList, Position};

/// Shows one decision of a recorded game.
#[derive(Debug, Clone)]
pub struct ReplayedDecision<const W: usize> {
    /// Where in the game.
    pub site: DecisionSite,
    /// The state in which it was taken.
    pub state: PlayState<W>,
    /// What was chosen.
    pub chosen: PlayAction,
}

/// Walks through the decisions of a recorded game in order, checking every move against the rules.
///
/// Moves that left no choice are played on the way. The iterator ends after the last move or after the first error.
#[derive(Debug)]
pub struct Replay<'a, const W: usize> {
    record: &'a GameRecord,
    position: Position<W>,
    ply: usize,
    open: Option<PlayState<W>>,
    failed: bool,
    moves: MoveList,
    scratch: PlayScratch,
}

impl<'a, const W: usize> Replay<'a, W> {
    /// Starts at the first move of a record.
    ///
    /// # Errors
    /// A width that is not the board's, or a config or rules that cannot be played.
    pub fn new(record: &'a GameRecord) -> Result<Self, RecordError> {
        let position = Position::new(record.config, record.rules)?;
        let (moves, scratch) = (MoveList::new(), PlayScratch::new());
        Ok(Replay { record, position, ply: 0, open: None, failed: false, moves, scratch })
    }

    /// Returns the position reached so far; after the iterator has ended, the final one.
    pub fn position(&self) -> &Position<W> {
        &self.position
    }

    /// Returns the number of moves played so far.
    pub fn ply(&self) -> usize {
        self.ply
    }

    fn advance(&mut self) -> Result<Option<ReplayedDecision<W>>, RecordError> {
        while let Some(&mv) = self.record.moves.get(self.ply) {
            if let Some(state) = self.open.take() {
                let decision = self.decision(true, state, PlayAction::Move(mv));
                self.play(mv);
                return Ok(Some(decision));
            }
            if self.position.is_over() {
                return self.fail("the game is already over");
            }
            self.position.decisions(&mut self.moves);
            if !self.moves.contains(&mv) {
                self.position.legal_moves(&mut self.moves);
                if !self.moves.contains(&mv) {
                    let word = move_token::write(self.record.config.board, mv);
                    return self.fail(format!("`{word}` is not legal"));
                }
                self.play(mv);
            } else if self.moves.len() == 1 {
                self.play(mv);
            } else {
                return Ok(Some(self.choice(mv)));
            }
        }
        Ok(None)
    }

    fn choice(&mut self, mv: Move) -> ReplayedDecision<W> {
        let state = PlayState::unsettled(self.position.clone(), &mut self.scratch);
        let chosen = state.opening_of(mv, &self.moves);
        if let PlayAction::Slide { .. } = chosen {
            let mut open = state.clone();
            open.apply(chosen, &mut self.scratch);
            self.open = Some(open);
        }
        let decision = self.decision(false, state, chosen);
        if self.open.is_none() {
            self.play(mv);
        }
        decision
    }

    fn decision(&self, option: bool, state: PlayState<W>, chosen: PlayAction) -> ReplayedDecision<W> {
        ReplayedDecision { site: DecisionSite { ply: self.ply as u32, option }, state, chosen }
    }

    fn play(&mut self, mv: Move) {
        self.position.apply(mv);
        self.ply += 1;
    }

    fn fail<T>(&self, cause: impl Into<String>) -> Result<T, RecordError> {
        Err(RecordError::Replay { ply: self.ply, cause: cause.into() })
    }
}

impl<const W: usize> Iterator for Replay<'_, W> {
    type Item = Result<ReplayedDecision<W>, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let step = self.advance();
        self.failed = step.is_err();
        step.transpose()
    }
}
