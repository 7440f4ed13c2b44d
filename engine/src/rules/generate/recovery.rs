//! Recovery slides.

use super::lines::marked_run;
use crate::{
    board::{Cell, CellSet},
    rules::{Move, MoveKind, MoveList, Player, Position, RecoveryMode},
};

/// The line through the cell a marker slides to.
#[derive(Debug, Clone, Copy)]
struct FormedLine {
    length: usize,
    /// Direction in which the reference orders the cells.
    direction: usize,
    /// Cells before the landing cell in that order.
    before: usize,
}

/// Says what a recovery slide does.
#[derive(Debug, Clone, Copy)]
pub(in crate::rules) struct RecoveryPlan<const W: usize> {
    /// Cells that collapse.
    pub collapse: CellSet<W>,
    /// The stack that gives back a buried ring.
    pub extract: Option<Cell>,
}

impl<const W: usize> Position<W> {
    /// Returns whether a player may recover: no stack, a marker, a buried ring; rings in hand do not matter.
    #[inline]
    pub fn is_recovery_eligible(&self, player: Player) -> bool {
        self.board.controlled(player).is_empty()
            && self.board.rings_on_board(player) > 0
            && !self.board.markers(player).is_empty()
    }

    /// Lists the recoveries of an eligible mover.
    pub(super) fn list_recoveries(&self, out: &mut MoveList) {
        out.push(Move::bare(MoveKind::SkipRecovery));
        let effective = usize::from(self.rules.line_effective);
        let start = out.len();
        self.for_each_slide(|from, to| {
            if !self.board.stacks().contains(to) {
                let line = self.best_line(from, to);
                if line.length >= effective {
                    out.push(Move::recovery(from, to, RecoveryMode::LineAll));
                    if line.length > effective {
                        out.push(Move::recovery(from, to, RecoveryMode::LineMin));
                    }
                }
            }
        });
        if out.len() > start {
            // S11: a line recovery anywhere rules out the other kinds.
            return;
        }
        self.for_each_slide(|from, to| {
            if !self.board.stacks().contains(to) {
                out.push(Move::recovery(from, to, RecoveryMode::Fallback));
            } else if self.rules.stack_strike {
                out.push(Move::recovery(from, to, RecoveryMode::StackStrike));
            }
        });
    }

    /// Visits the mover's markers with each adjacent cell that is neither marked nor collapsed.
    fn for_each_slide(&self, mut visit: impl FnMut(Cell, Cell)) {
        let taken = *self.board.all_markers() | *self.board.all_collapsed();
        for from in self.board.markers(self.mover).iter() {
            for to in self.geometry.neighbor_mask::<W>(from).without(&taken) {
                visit(from, to);
            }
        }
    }

    #[inline]
    fn formed_line(&self, to: Cell, direction: usize, markers: &CellSet<W>) -> FormedLine {
        let g = self.geometry;
        let after = marked_run(g.ray(to, direction), markers);
        let before = marked_run(g.ray(to, g.opposite(direction)), markers);
        FormedLine { length: 1 + after + before, direction, before }
    }

    fn markers_without(&self, from: Cell) -> CellSet<W> {
        let mut markers = *self.board.markers(self.mover);
        markers.remove(from);
        markers
    }

    /// Returns the longest line a slide would form, the first of equals in scanning order.
    fn best_line(&self, from: Cell, to: Cell) -> FormedLine {
        let markers = self.markers_without(from);
        let mut best = FormedLine { length: 0, direction: 0, before: 0 };
        for &d in self.geometry.line_scan_directions() {
            let line = self.formed_line(to, d, &markers);
            if line.length > best.length {
                best = line;
            }
        }
        best
    }

    /// Returns the line the reference collapses: the first in scanning order of at least base length (S10).
    fn applied_line(&self, from: Cell, to: Cell) -> Option<FormedLine> {
        let markers = self.markers_without(from);
        let lines = self.geometry.line_scan_directions().iter();
        lines
            .map(|&d| self.formed_line(to, d, &markers))
            .find(|line| line.length >= usize::from(self.rules.line_base))
    }

    /// Returns the first `n` cells of a line through `to`.
    fn line_start(&self, to: Cell, line: FormedLine, n: usize) -> CellSet<W> {
        let g = self.geometry;
        let back = g.ray(to, g.opposite(line.direction));
        let first = if line.before == 0 { to } else { back[line.before - 1] };
        let mut cells = CellSet::single(first);
        cells |= g.ray(first, line.direction).iter().take(n - 1).copied().collect();
        cells
    }

    /// Returns the cells that a recovery with the least collapse names: the first of its longest line; empty of
    /// any other move.
    pub fn recovery_cells(&self, mv: Move) -> CellSet<W> {
        if mv.recovery_mode() != Some(RecoveryMode::LineMin) {
            return CellSet::EMPTY;
        }
        let line = self.best_line(mv.from, mv.to);
        self.line_start(mv.to, line, usize::from(self.rules.line_effective).min(line.length.max(1)))
    }

    /// Returns the stack a recovery takes its buried ring from: the first in insertion order (S9).
    pub fn extraction_stack(&self) -> Option<Cell> {
        let stacks = self.board.stacks().iter().filter(|&c| self.board.buries(c, self.mover));
        stacks.min_by_key(|&c| self.board.stamp(c))
    }

    /// Works out what a listed recovery does; `None` where the reference fails (S10).
    pub(in crate::rules) fn recovery_plan(&self, mv: Move) -> Option<RecoveryPlan<W>> {
        let effective = usize::from(self.rules.line_effective);
        let mode = mv.recovery_mode()?;
        let extract = self.extraction_stack();
        if matches!(mode, RecoveryMode::Fallback | RecoveryMode::StackStrike) {
            return Some(RecoveryPlan { collapse: CellSet::EMPTY, extract });
        }
        let applied = self.applied_line(mv.from, mv.to)?;
        if applied.length < effective {
            return None;
        }
        let whole = self.line_start(mv.to, applied, applied.length);
        if mode == RecoveryMode::LineAll {
            return Some(RecoveryPlan { collapse: whole, extract });
        }
        let least = self.recovery_cells(mv);
        if !least.contains(mv.to) {
            return None;
        }
        // The applied line may be another one, and exact: then it collapses whole, still for free.
        let collapse = if applied.length > effective { least } else { whole };
        Some(RecoveryPlan { collapse, extract: None })
    }
}
