//! Lists of legal moves.

use super::{Move, MoveList, Position};
use crate::board::CellSet;

impl<const W: usize> Position<W> {
    /// Lists every move the reference lists.
    pub fn legal_moves(&self, out: &mut MoveList) {
        out.clear();
    }

    /// Lists what a player chooses from: the legal moves less those without effect, those the reference fails
    /// on, and duplicates in effect.
    pub fn decisions(&self, out: &mut MoveList) {
        self.legal_moves(out);
    }

    /// Returns the cells of the region a territory move takes.
    pub fn region_cells(&self, _mv: Move) -> CellSet<W> {
        CellSet::EMPTY
    }

    /// Returns the cells of the line that a line move names.
    pub fn line_cells(&self, _mv: Move) -> CellSet<W> {
        CellSet::EMPTY
    }

    /// Plays a legal move.
    pub fn apply(&mut self, _mv: Move) {}
}
