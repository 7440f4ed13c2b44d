//! From a move to what it does.

use crate::{
    EngineError,
    board::CellSet,
    rules::{EliminationContext, Move, MoveKind, Phase, Player, Position},
};

impl<const W: usize> Position<W> {
    /// Plays a move of [`legal_moves`](Self::legal_moves), except those that
    /// [`is_failing`](Self::is_failing) names.
    ///
    /// The move is trusted: after one that is not legal the position means nothing. Use
    /// [`try_apply`](Self::try_apply) for moves from outside.
    pub fn apply(&mut self, mv: Move) {
        let (actor, before) = (self.mover, self.phase);
        self.turn.acted |= !mv.kind.is_bookkeeping() && !mv.kind.is_skip();
        self.turn.recovered |= mv.kind == MoveKind::RecoverySlide;
        self.turn.region = CellSet::EMPTY;
        self.turn.capture = None;
        if actor == Player(1) {
            self.swap_open = false;
        }
        self.play(mv);
        self.settle(actor, before);
    }

    /// Plays a move if it is legal; allocates.
    ///
    /// # Errors
    /// A move that is not legal here, or one the reference fails on (S10).
    pub fn try_apply(&mut self, mv: Move) -> Result<(), EngineError> {
        if !self.is_legal(mv) || self.is_failing(mv) {
            return Err(EngineError::IllegalMove(self.move_text(mv)));
        }
        self.apply(mv);
        Ok(())
    }

    fn play(&mut self, mv: Move) {
        match mv.kind {
            MoveKind::PlaceRing => {
                self.place_rings(mv);
                self.turn.must_move = Some(mv.to);
                self.phase = Phase::Movement;
            }
            MoveKind::SkipPlacement | MoveKind::NoPlacementAction => self.phase = Phase::Movement,
            MoveKind::SwapSides => self.swap_used = true,
            MoveKind::MoveStack => {
                self.move_stack(mv);
                self.after_slide(mv, Phase::Capture);
            }
            MoveKind::OvertakingCapture | MoveKind::ContinueCaptureSegment => {
                self.capture(mv);
                self.after_slide(mv, Phase::ChainCapture);
            }
            // The forced stack is kept: only leaving the line phase forgets it.
            MoveKind::SkipCapture => self.phase = Phase::LineProcessing,
            MoveKind::RecoverySlide => {
                self.recover(mv);
                self.enter_lines();
            }
            MoveKind::SkipRecovery | MoveKind::NoMovementAction => self.enter_lines(),
            MoveKind::NoLineAction => self.leave_lines(),
            MoveKind::ProcessLine | MoveKind::ChooseLineOption => self.play_line(mv),
            MoveKind::ChooseTerritoryOption => self.play_region(mv),
            MoveKind::SkipTerritoryProcessing | MoveKind::NoTerritoryAction => self.leave_territory(),
            MoveKind::EliminateRingsFromStack => self.play_elimination(mv),
            MoveKind::ForcedElimination => {
                let rings = self.board.pop_cap(mv.to);
                self.credit(self.mover, rings);
                self.end_turn();
            }
        }
    }

    fn after_slide(&mut self, mv: Move, next: Phase) {
        self.turn.chain = None;
        if self.turn.must_move == Some(mv.from) {
            self.turn.must_move = Some(mv.to);
        }
        if !self.can_capture_from(mv.to) {
            return self.enter_lines();
        }
        self.phase = next;
        let slot = if next == Phase::Capture { &mut self.turn.capture } else { &mut self.turn.chain };
        *slot = Some(mv.to);
    }

    fn play_line(&mut self, mv: Move) {
        if !self.is_without_effect(mv) {
            let cells = self.collapsed_line_cells(mv);
            self.collapse_cells(&cells);
            // S3: a line collapsed whole costs a ring, if there is a stack to take it from.
            self.turn.line_elimination =
                cells == self.line_cells(mv) && !self.board.controlled(self.mover).is_empty();
        }
        if !self.turn.line_elimination && !self.has_line() {
            self.leave_lines();
        }
    }

    fn play_region(&mut self, mv: Move) {
        let region = self.region_cells(mv);
        self.take_region(&region);
        if !self.eligible_stacks().is_subset(&region) {
            self.turn.region = region;
        } else if !self.has_region() {
            self.leave_territory();
        }
    }

    fn play_elimination(&mut self, mv: Move) {
        let rings = match mv.elimination_context() {
            Some(EliminationContext::Line) => {
                self.board.pop_top(mv.to);
                self.turn.line_elimination = false;
                // S3: only the replay path plays this; it lands in the territory phase, and where no region is
                // left the turn ends at once.
                self.phase = Phase::TerritoryProcessing;
                1
            }
            Some(EliminationContext::Recovery) => u16::from(self.board.extract_buried(mv.to, self.mover)),
            _ => self.board.pop_cap(mv.to),
        };
        self.credit(self.mover, rings);
        if !self.has_region() {
            self.leave_territory();
        }
    }

    /// Credits eliminated rings to a player.
    #[inline]
    fn credit(&mut self, player: Player, rings: u16) {
        self.eliminated[player.index()] += rings;
    }
}
