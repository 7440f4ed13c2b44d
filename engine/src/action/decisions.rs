//! From legal moves to decisions.

use super::{PlayAction, PlayState, coding};
use crate::board::CellSet;
use crate::rules::{Move, MoveKind, MoveList, Phase};

impl<const W: usize> PlayState<W> {
    /// Visits every decision with the move that names it.
    pub(super) fn each_decision(&self, moves: &mut MoveList, mut visit: impl FnMut(PlayAction, Move)) {
        if self.is_over() {
            return;
        }
        self.position.decisions(moves);
        for (i, &mv) in moves.iter().enumerate() {
            if let Some(action) = self.decision(moves, i) {
                visit(action, mv);
            }
        }
    }

    /// Returns the decision that the `i`-th move stands for, or `None` if an earlier one or another state covers it.
    fn decision(&self, moves: &[Move], i: usize) -> Option<PlayAction> {
        let mv = moves[i];
        if let Some(way) = self.slide {
            return (coding::is_line_recovery(mv) && (mv.from, mv.to) == way).then_some(PlayAction::Move(mv));
        }
        if !coding::is_line_recovery(mv) {
            return Some(PlayAction::Move(mv));
        }
        let same =
            |other: &Move| coding::is_line_recovery(*other) && (other.from, other.to) == (mv.from, mv.to);
        match moves.iter().filter(|m| same(m)).count() {
            1 => Some(PlayAction::Move(mv)),
            _ if moves[..i].iter().any(same) => None,
            _ => Some(PlayAction::Slide { from: mv.from, to: mv.to }),
        }
    }

    /// Returns the decision that a move of the current list is, or that comes before it.
    pub(crate) fn opening_of(&self, mv: Move, moves: &[Move]) -> PlayAction {
        let first = |m: &Move| *m == mv || (coding::same_slide(*m, mv) && self.slide.is_none());
        let i = moves.iter().position(first);
        i.and_then(|i| self.decision(moves, i)).unwrap_or(PlayAction::Move(mv))
    }

    /// Notes the cells that the lines or regions of the current list name.
    pub(super) fn find_choice(&mut self, moves: &[Move]) {
        self.choice = CellSet::EMPTY;
        let names_cells = matches!(self.position.phase(), Phase::LineProcessing | Phase::TerritoryProcessing);
        if !names_cells && self.slide.is_none() {
            return;
        }
        for &mv in moves {
            let named = match self.slide {
                Some(way) => mv.kind == MoveKind::RecoverySlide && (mv.from, mv.to) == way,
                None => true,
            };
            if named {
                self.choice |= coding::named_cells(&self.position, mv);
            }
        }
    }
}
