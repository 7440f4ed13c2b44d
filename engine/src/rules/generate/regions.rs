//! Enclosed regions.

use crate::{
    board::{Cell, CellSet},
    rules::{MAX_PLAYERS, Move, MoveKind, MoveList, Player, Position},
};

impl<const W: usize> Position<W> {
    /// Lists the regions the mover may take, each cell set once (S6).
    pub(super) fn list_regions(&self, out: &mut MoveList) {
        self.for_each_region(|cells, border| {
            if !self.is_repeat(cells, border) {
                // A region is never empty.
                out.push(Move::territory(cells.first().unwrap_or(Cell::NONE), border));
            }
            false
        });
    }

    /// Returns whether the mover may take a region.
    pub(in crate::rules) fn has_region(&self) -> bool {
        self.for_each_region(|_, _| true)
    }

    /// Visits the regions the mover may take, by border, until `visit` returns true.
    fn for_each_region(&self, mut visit: impl FnMut(&CellSet<W>, u8) -> bool) -> bool {
        let active = self.seats().filter(|&p| self.board.rings_on_board(p) > 0).count();
        let payers = self.eligible_stacks();
        let Some(payer) = payers.first() else { return false };
        for border in 0..=Move::COLLAPSED_BORDER {
            let Some(mut open) = self.open_to(border) else { continue };
            // What holds a payer first: where that is everything, nothing is enclosed.
            let mut region = self.component(payer, &open);
            loop {
                open = open.without(&region);
                if open.is_empty() && payers.is_subset(&region) {
                    break;
                }
                let players = self.seats().filter(|&p| self.board.controlled(p).intersects(&region)).count();
                let encloses = players < active && (border != Move::COLLAPSED_BORDER || players == 1);
                if encloses && !payers.is_subset(&region) && visit(&region, border) {
                    return true;
                }
                let Some(next) = open.first() else { break };
                region = self.component(next, &open);
            }
        }
        false
    }

    fn seats(&self) -> impl DoubleEndedIterator<Item = Player> + Clone {
        Player::all(self.players())
    }

    /// Returns the cells that a border does not block: neither collapsed nor, for a colour, its markers;
    /// `None` for a colour without markers.
    fn open_to(&self, border: u8) -> Option<CellSet<W>> {
        let open = self.geometry.full_set::<W>().without(self.board.all_collapsed());
        if border == Move::COLLAPSED_BORDER {
            return Some(open);
        }
        let markers = self.board.markers(Player(border % MAX_PLAYERS as u8));
        if markers.is_empty() { None } else { Some(open.without(markers)) }
    }

    /// Returns the cells of `open` that are connected to a cell of it.
    pub(super) fn component(&self, seed: Cell, open: &CellSet<W>) -> CellSet<W> {
        let mut region = CellSet::single(seed);
        let mut frontier = region;
        while !frontier.is_empty() {
            let mut next = CellSet::EMPTY;
            for cell in frontier {
                next |= self.geometry.territory_mask::<W>(cell);
            }
            next = (next & *open).without(&region);
            region |= next;
            frontier = next;
        }
        region
    }

    /// Returns whether an earlier border encloses just the same cells.
    #[cold]
    fn is_repeat(&self, cells: &CellSet<W>, border: u8) -> bool {
        let Some(seed) = cells.first() else { return false };
        (0..border).any(|earlier| {
            let open = self.open_to(earlier);
            open.is_some_and(|open| open.contains(seed) && self.component(seed, &open) == *cells)
        })
    }

    /// Returns the cells of the region that a territory move takes, without its border; empty of any other
    /// move.
    pub fn region_cells(&self, mv: Move) -> CellSet<W> {
        match self.open_to(mv.n) {
            Some(open) if mv.kind == MoveKind::ChooseTerritoryOption && open.contains(mv.to) => {
                self.component(mv.to, &open)
            }
            _ => CellSet::EMPTY,
        }
    }

    /// Returns the markers around a region, of any owner; on square boards with all markers that touch these,
    /// over the corner too (S7).
    pub fn region_border_markers(&self, region: &CellSet<W>) -> CellSet<W> {
        let free = self.board.all_markers().without(region);
        let mut near = CellSet::EMPTY;
        for cell in *region {
            near |= self.geometry.territory_mask::<W>(cell);
        }
        let mut border = near & free;
        if !self.geometry.descriptor().border_spreads {
            return border;
        }
        let mut frontier = border;
        while !frontier.is_empty() {
            let mut next = CellSet::EMPTY;
            for cell in frontier {
                next |= self.geometry.neighbor_mask::<W>(cell);
            }
            frontier = (next & free).without(&border);
            border |= frontier;
        }
        border
    }
}
