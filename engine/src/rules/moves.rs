//! Moves.

use serde::{Deserialize, Serialize};

use crate::board::Cell;

/// Names the kind of a move, as the reference's move types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// Places `n` rings on `to`.
    PlaceRing,
    /// Declines to place.
    SkipPlacement,
    /// Records that nothing can be placed.
    NoPlacementAction,
    /// Player 2 takes over player 1's seat.
    SwapSides,
    /// Moves a stack `from` - `to`.
    MoveStack,
    /// Captures from `from` over `via`, landing on `to`.
    OvertakingCapture,
    /// Continues a capture.
    ContinueCaptureSegment,
    /// Declines an optional capture.
    SkipCapture,
    /// Slides a marker `from` - `to` to get a buried ring back.
    RecoverySlide,
    /// Declines to recover.
    SkipRecovery,
    /// Records that nothing can move.
    NoMovementAction,
    /// Collapses the line `from` - `to` (first and last cell).
    ProcessLine,
    /// Collapses `n` cells of the line `from` - `to`, starting at `via`.
    ChooseLineOption,
    /// Records that there is no line.
    NoLineAction,
    /// Takes a region; `to` is its lowest cell, `n` its border (see [`Move::region_border`]).
    ChooseTerritoryOption,
    /// Declines to take a region.
    SkipTerritoryProcessing,
    /// Records that there is no region.
    NoTerritoryAction,
    /// Pays for a line or a region with rings of the stack on `to`.
    EliminateRingsFromStack,
    /// Gives up the cap of the stack on `to`.
    ForcedElimination,
}

impl MoveKind {
    /// All kinds in declaration order.
    pub const ALL: [MoveKind; 19] = [
        MoveKind::PlaceRing,
        MoveKind::SkipPlacement,
        MoveKind::NoPlacementAction,
        MoveKind::SwapSides,
        MoveKind::MoveStack,
        MoveKind::OvertakingCapture,
        MoveKind::ContinueCaptureSegment,
        MoveKind::SkipCapture,
        MoveKind::RecoverySlide,
        MoveKind::SkipRecovery,
        MoveKind::NoMovementAction,
        MoveKind::ProcessLine,
        MoveKind::ChooseLineOption,
        MoveKind::NoLineAction,
        MoveKind::ChooseTerritoryOption,
        MoveKind::SkipTerritoryProcessing,
        MoveKind::NoTerritoryAction,
        MoveKind::EliminateRingsFromStack,
        MoveKind::ForcedElimination,
    ];

    /// Returns the name used in notation.
    pub fn name(self) -> &'static str {
        match self {
            MoveKind::PlaceRing => "place_ring",
            MoveKind::SkipPlacement => "skip_placement",
            MoveKind::NoPlacementAction => "no_placement_action",
            MoveKind::SwapSides => "swap_sides",
            MoveKind::MoveStack => "move_stack",
            MoveKind::OvertakingCapture => "overtaking_capture",
            MoveKind::ContinueCaptureSegment => "continue_capture_segment",
            MoveKind::SkipCapture => "skip_capture",
            MoveKind::RecoverySlide => "recovery_slide",
            MoveKind::SkipRecovery => "skip_recovery",
            MoveKind::NoMovementAction => "no_movement_action",
            MoveKind::ProcessLine => "process_line",
            MoveKind::ChooseLineOption => "choose_line_option",
            MoveKind::NoLineAction => "no_line_action",
            MoveKind::ChooseTerritoryOption => "choose_territory_option",
            MoveKind::SkipTerritoryProcessing => "skip_territory_processing",
            MoveKind::NoTerritoryAction => "no_territory_action",
            MoveKind::EliminateRingsFromStack => "eliminate_rings_from_stack",
            MoveKind::ForcedElimination => "forced_elimination",
        }
    }

    /// Returns whether this only records that a phase offered nothing.
    #[inline]
    pub fn is_bookkeeping(self) -> bool {
        matches!(
            self,
            MoveKind::NoPlacementAction
                | MoveKind::NoMovementAction
                | MoveKind::NoLineAction
                | MoveKind::NoTerritoryAction
        )
    }

    /// Returns whether this declines an option.
    #[inline]
    pub fn is_skip(self) -> bool {
        matches!(
            self,
            MoveKind::SkipPlacement
                | MoveKind::SkipCapture
                | MoveKind::SkipRecovery
                | MoveKind::SkipTerritoryProcessing
        )
    }
}

/// Says how a recovery slide pays off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryMode {
    /// Completes no line.
    Fallback,
    /// Completes a line and collapses all of it, at the cost of a buried ring.
    LineAll,
    /// Completes an overlength line and collapses the least of it, at no cost.
    LineMin,
    /// Gives up the marker to eliminate the top ring of an adjacent stack.
    StackStrike,
}

/// Says what an elimination pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EliminationContext {
    /// One ring for a collapsed line.
    Line,
    /// A whole cap for a region.
    Territory,
    /// A buried ring for a region, in a turn with a recovery slide.
    Recovery,
}

/// Holds a move of the side to move; what it means beyond its fields comes from the position it is played in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Move {
    /// What is done.
    pub kind: MoveKind,
    /// Ring count, window length, border, recovery mode or elimination context, by kind.
    pub n: u8,
    /// Origin, or first cell of a line; [`Cell::NONE`] where there is none.
    pub from: Cell,
    /// Landing cell, target of an elimination, last cell of a line, or lowest cell of a region.
    pub to: Cell,
    /// Captured stack, or first collapsed cell of a line.
    pub via: Cell,
}

impl Move {
    /// Border number of a region bounded by collapsed cells only.
    pub const COLLAPSED_BORDER: u8 = 4;

    /// Builds a move without cells.
    #[inline]
    pub fn bare(kind: MoveKind) -> Move {
        Move { kind, n: 0, from: Cell::NONE, to: Cell::NONE, via: Cell::NONE }
    }

    /// Builds a placement of `n` rings.
    #[inline]
    pub fn place(to: Cell, n: u8) -> Move {
        Move { n, to, ..Move::bare(MoveKind::PlaceRing) }
    }

    /// Builds a stack move.
    #[inline]
    pub fn step(from: Cell, to: Cell) -> Move {
        Move { from, to, ..Move::bare(MoveKind::MoveStack) }
    }

    /// Builds a capture; `kind` says whether it opens or continues a chain.
    #[inline]
    pub fn capture(kind: MoveKind, from: Cell, via: Cell, to: Cell) -> Move {
        Move { from, via, to, ..Move::bare(kind) }
    }

    /// Builds a recovery slide.
    #[inline]
    pub fn recovery(from: Cell, to: Cell, mode: RecoveryMode) -> Move {
        Move { from, to, n: mode as u8, ..Move::bare(MoveKind::RecoverySlide) }
    }

    /// Builds the move that collapses the line between two cells.
    #[inline]
    pub fn line(first: Cell, last: Cell) -> Move {
        Move { from: first, to: last, ..Move::bare(MoveKind::ProcessLine) }
    }

    /// Builds the choice of `n` cells of a line, starting at `via`.
    #[inline]
    pub fn line_option(first: Cell, last: Cell, via: Cell, n: u8) -> Move {
        Move { from: first, to: last, via, n, ..Move::bare(MoveKind::ChooseLineOption) }
    }

    /// Builds the taking of the region that holds `lowest` inside a border.
    #[inline]
    pub fn territory(lowest: Cell, border: u8) -> Move {
        Move { to: lowest, n: border, ..Move::bare(MoveKind::ChooseTerritoryOption) }
    }

    /// Builds a payment from the stack on `to`.
    #[inline]
    pub fn eliminate(to: Cell, context: EliminationContext) -> Move {
        Move { to, n: context as u8, ..Move::bare(MoveKind::EliminateRingsFromStack) }
    }

    /// Builds a forced elimination.
    #[inline]
    pub fn forced(to: Cell) -> Move {
        Move { to, ..Move::bare(MoveKind::ForcedElimination) }
    }

    /// Returns the mode of a recovery slide, `None` of any other move.
    pub fn recovery_mode(self) -> Option<RecoveryMode> {
        const MODES: [RecoveryMode; 4] =
            [RecoveryMode::Fallback, RecoveryMode::LineAll, RecoveryMode::LineMin, RecoveryMode::StackStrike];
        if self.kind == MoveKind::RecoverySlide { MODES.get(usize::from(self.n)).copied() } else { None }
    }

    /// Returns what an elimination pays for, `None` of any other move.
    pub fn elimination_context(self) -> Option<EliminationContext> {
        const CONTEXTS: [EliminationContext; 3] =
            [EliminationContext::Line, EliminationContext::Territory, EliminationContext::Recovery];
        let eliminates = self.kind == MoveKind::EliminateRingsFromStack;
        if eliminates { CONTEXTS.get(usize::from(self.n)).copied() } else { None }
    }

    /// Returns whose markers border the region a move takes (0 to 3, by seat), or
    /// [`Move::COLLAPSED_BORDER`]; `None` of any other move.
    pub fn region_border(self) -> Option<u8> {
        if self.kind == MoveKind::ChooseTerritoryOption { Some(self.n) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_is_small() {
        assert_eq!(size_of::<Move>(), 8);
    }
}
