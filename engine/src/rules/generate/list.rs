//! The list of each phase.

use crate::{
    board::CellSet,
    rules::{EliminationContext, Move, MoveKind, MoveList, Phase, Position},
};

impl<const W: usize> Position<W> {
    /// Lists every move the reference lists, those it then fails on (S10) and those without effect (S5)
    /// included; the single bookkeeping move where there is no other. Empty once the game is over.
    pub fn legal_moves(&self, out: &mut MoveList) {
        out.clear();
        match self.phase {
            Phase::RingPlacement => self.list_placements(out),
            Phase::Movement => self.list_movements(out),
            Phase::Capture => {
                if let Some(cell) = self.turn.capture {
                    self.list_captures(cell, MoveKind::OvertakingCapture, out);
                }
                out.push(Move::bare(MoveKind::SkipCapture));
            }
            Phase::ChainCapture => {
                if let Some(cell) = self.turn.chain {
                    self.list_captures(cell, MoveKind::ContinueCaptureSegment, out);
                }
            }
            Phase::LineProcessing => self.list_line_moves(out),
            Phase::TerritoryProcessing => self.list_territory_moves(out),
            Phase::ForcedElimination => {
                for cell in self.board.controlled(self.mover).iter() {
                    out.push(Move::forced(cell));
                }
            }
            Phase::GameOver => {}
        }
    }

    /// Lists what a player chooses from: the legal moves less `process_line`, which either does nothing (S5) or
    /// equals choosing all cells of the line, and less the recoveries that fail (S10).
    pub fn decisions(&self, out: &mut MoveList) {
        self.legal_moves(out);
        match self.phase {
            Phase::Movement => out.retain(|m| !self.is_failing(*m)),
            Phase::LineProcessing => out.retain(|m| m.kind != MoveKind::ProcessLine),
            _ => {}
        }
    }

    /// Returns whether the reference lists this move and then fails to play it (S10).
    pub fn is_failing(&self, mv: Move) -> bool {
        mv.kind == MoveKind::RecoverySlide && self.recovery_plan(mv).is_none()
    }

    /// Returns whether this move changes nothing but the history (S5).
    pub fn is_without_effect(&self, mv: Move) -> bool {
        mv.kind == MoveKind::ProcessLine && self.line_cells(mv).len() > u32::from(self.rules.line_effective)
    }

    /// Returns whether a move is among the legal ones; allocates.
    pub fn is_legal(&self, mv: Move) -> bool {
        let mut list = MoveList::new();
        self.legal_moves(&mut list);
        list.contains(&mv)
    }

    fn list_movements(&self, out: &mut MoveList) {
        let mover = self.mover;
        match self.turn.must_move {
            Some(cell) => self.list_stack_moves(cell, out),
            None => {
                for cell in self.board.controlled(mover).iter() {
                    self.list_stack_moves(cell, out);
                }
            }
        }
        if self.turn.must_move.is_none() && self.is_recovery_eligible(mover) {
            self.list_recoveries(out);
        }
        if out.is_empty() {
            out.push(Move::bare(MoveKind::NoMovementAction));
        }
    }

    fn list_territory_moves(&self, out: &mut MoveList) {
        if self.turn.region.is_empty() {
            self.list_regions(out);
            if !out.is_empty() {
                out.push(Move::bare(MoveKind::SkipTerritoryProcessing));
            }
        } else {
            let context = self.territory_context();
            for cell in self.eligible_stacks().without(&self.turn.region) {
                out.push(Move::eliminate(cell, context));
            }
        }
        if out.is_empty() {
            out.push(Move::bare(MoveKind::NoTerritoryAction));
        }
    }

    /// Returns how a region taken now is paid for (S7).
    pub(in crate::rules) fn territory_context(&self) -> EliminationContext {
        if self.turn.recovered { EliminationContext::Recovery } else { EliminationContext::Territory }
    }

    /// Returns the stacks a region can be paid from: controlled ones, or, in a turn with a recovery slide,
    /// those with a buried ring of the mover (S7).
    pub(in crate::rules) fn eligible_stacks(&self) -> CellSet<W> {
        if self.turn.recovered {
            self.board.stacks().iter().filter(|&c| self.board.buries(c, self.mover)).collect()
        } else {
            *self.board.controlled(self.mover)
        }
    }
}
