//! Lines of markers.

use crate::{
    board::{Cell, CellSet},
    rules::{EliminationContext, Move, MoveKind, MoveList, Position},
};

impl<const W: usize> Position<W> {
    pub(super) fn list_line_moves(&self, out: &mut MoveList) {
        if self.turn.line_elimination {
            // S3: while a ring is owed nothing else may be done.
            for cell in self.board.controlled(self.mover).iter() {
                out.push(Move::eliminate(cell, EliminationContext::Line));
            }
        } else {
            let effective = usize::from(self.rules.line_effective);
            self.for_each_line(|cells| {
                let (first, last) = (cells[0], cells[cells.len() - 1]);
                out.push(Move::line(first, last));
                out.push(Move::line_option(first, last, first, cells.len() as u8));
                if cells.len() > effective {
                    for window in cells.windows(effective) {
                        out.push(Move::line_option(first, last, window[0], effective as u8));
                    }
                }
                false
            });
        }
        if out.is_empty() {
            out.push(Move::bare(MoveKind::NoLineAction));
        }
    }

    /// Returns whether the mover has a line to process.
    pub(in crate::rules) fn has_line(&self) -> bool {
        self.for_each_line(|_| true)
    }

    /// Visits the mover's maximal lines, each in direction of its axis, until `visit` returns true.
    ///
    /// S2: the base length decides what is seen at all, the effective length what counts.
    fn for_each_line(&self, mut visit: impl FnMut(&[Cell]) -> bool) -> bool {
        let least = usize::from(self.rules.line_base.max(self.rules.line_effective));
        let markers = self.board.markers(self.mover);
        if (markers.len() as usize) < least {
            return false;
        }
        let mut line = [Cell::NONE; 32];
        for start in markers.iter() {
            for axis in 0..self.geometry.axes() {
                let before = self.geometry.neighbor(start, self.geometry.opposite(axis));
                if before.is_some_and(|c| markers.contains(c)) {
                    continue;
                }
                let ray = self.geometry.ray(start, axis);
                let run = marked_run(ray, markers);
                if run + 1 >= least {
                    line[0] = start;
                    line[1..=run].copy_from_slice(&ray[..run]);
                    if visit(&line[..=run]) {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Returns the cells of the line that a line move names; empty of any other move.
    pub fn line_cells(&self, mv: Move) -> CellSet<W> {
        match mv.kind {
            MoveKind::ProcessLine | MoveKind::ChooseLineOption => self.span(mv.from, mv.to),
            _ => CellSet::EMPTY,
        }
    }

    /// Returns the cells that a line move collapses, whether it then does or not (S5); empty of any other move.
    pub fn collapsed_line_cells(&self, mv: Move) -> CellSet<W> {
        match mv.kind {
            MoveKind::ProcessLine => self.span(mv.from, mv.to),
            MoveKind::ChooseLineOption => {
                let mut cells = CellSet::single(mv.via);
                if let Some((d, _)) = self.geometry.direction_to(mv.from, mv.to) {
                    let ray = self.geometry.ray(mv.via, d);
                    cells |= ray.iter().take(usize::from(mv.n).saturating_sub(1)).copied().collect();
                }
                cells
            }
            _ => CellSet::EMPTY,
        }
    }

    fn span(&self, first: Cell, last: Cell) -> CellSet<W> {
        let mut cells = CellSet::single(first);
        if let Some((d, n)) = self.geometry.direction_to(first, last) {
            cells |= self.geometry.ray(first, d)[..n].iter().copied().collect();
        }
        cells
    }
}

/// Returns how many cells of a ray are marked from its start.
#[inline]
pub(super) fn marked_run<const W: usize>(ray: &[Cell], markers: &CellSet<W>) -> usize {
    ray.iter().position(|&c| !markers.contains(c)).unwrap_or(ray.len())
}
