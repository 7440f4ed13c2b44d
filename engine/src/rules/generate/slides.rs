//! Moves and captures along rays.

use crate::{
    board::{Cell, CellSet},
    rules::{Move, MoveKind, MoveList, Player, Position},
};

/// What lies along one ray from a stack.
struct Reach {
    /// Free cells before the first blocker.
    run: usize,
    /// Cap of the stack that blocks, 0 if it is the edge or a collapsed cell.
    cap: u16,
    /// Free cells beyond that stack.
    beyond: usize,
}

impl<const W: usize> Position<W> {
    /// Returns the cells that nothing can move through: stacks and collapsed cells (S20).
    #[inline]
    pub(super) fn blockers(&self) -> CellSet<W> {
        *self.board.stacks() | *self.board.all_collapsed()
    }

    #[inline]
    fn reach(&self, ray: &[Cell], blocked: &CellSet<W>) -> Reach {
        let run = free_run(ray, blocked);
        match ray.get(run) {
            Some(&cell) if self.board.stacks().contains(cell) => {
                Reach { run, cap: self.board.cap(cell), beyond: free_run(&ray[run + 1..], blocked) }
            }
            _ => Reach { run, cap: 0, beyond: 0 },
        }
    }

    /// Lists the moves and captures of a stack of the mover.
    pub(super) fn list_stack_moves(&self, from: Cell, out: &mut MoveList) {
        let (height, cap) = (usize::from(self.board.height(from)), self.board.cap(from));
        if height == 0 || self.board.owner(from) != self.mover {
            return;
        }
        let blocked = self.blockers();
        for d in 0..self.geometry.directions() {
            let ray = self.geometry.ray(from, d);
            if ray.len() < height {
                continue;
            }
            let reach = self.reach(ray, &blocked);
            if reach.run >= height {
                ray[height - 1..reach.run].iter().for_each(|&to| out.push(Move::step(from, to)));
            }
            if reach.cap > 0 && reach.cap <= cap {
                push_captures(ray, &reach, height, MoveKind::OvertakingCapture, from, out);
            }
        }
    }

    /// Lists the captures of the stack on a cell, if the mover controls it.
    pub(super) fn list_captures(&self, from: Cell, kind: MoveKind, out: &mut MoveList) {
        let (height, cap) = (usize::from(self.board.height(from)), self.board.cap(from));
        if height == 0 || self.board.owner(from) != self.mover {
            return;
        }
        let blocked = self.blockers();
        for d in 0..self.geometry.directions() {
            let ray = self.geometry.ray(from, d);
            let reach = self.reach(ray, &blocked);
            if reach.cap > 0 && reach.cap <= cap {
                push_captures(ray, &reach, height, kind, from, out);
            }
        }
    }

    /// Returns whether the stack on a cell is the mover's and can capture.
    pub(in crate::rules) fn can_capture_from(&self, from: Cell) -> bool {
        let (height, cap) = (usize::from(self.board.height(from)), self.board.cap(from));
        if height == 0 || self.board.owner(from) != self.mover {
            return false;
        }
        let blocked = self.blockers();
        (0..self.geometry.directions()).any(|d| {
            let ray = self.geometry.ray(from, d);
            let reach = self.reach(ray, &blocked);
            reach.cap > 0 && reach.cap <= cap && reach.captures(height)
        })
    }

    /// Returns for which of the heights in `wanted` (bit `h`) a stack on a cell could move or capture; its cap
    /// is `height - below`.
    pub(super) fn live_heights(&self, from: Cell, wanted: u32, below: usize, blocked: &CellSet<W>) -> u32 {
        let mut live = 0;
        for d in 0..self.geometry.directions() {
            let ray = self.geometry.ray(from, d);
            let run = free_run(ray, blocked);
            live |= wanted & (2u32 << run.min(30)).wrapping_sub(1);
            if live == wanted {
                return live;
            }
            let reach = self.reach(ray, blocked);
            if reach.cap > 0 && reach.beyond > 0 {
                let missing = wanted & !live;
                for height in (0..32).filter(|h| missing >> h & 1 != 0) {
                    if usize::from(reach.cap) + below <= height && reach.captures(height) {
                        live |= 1 << height;
                    }
                }
            }
        }
        live
    }

    /// Returns whether the stack on a cell can move or capture for its controller.
    pub(super) fn can_act_from(&self, from: Cell, blocked: &CellSet<W>) -> bool {
        let (height, cap) = (usize::from(self.board.height(from)), self.board.cap(from));
        if height == 0 {
            return false;
        }
        (0..self.geometry.directions()).any(|d| {
            let ray = self.geometry.ray(from, d);
            if ray.len() < height {
                return false;
            }
            let reach = self.reach(ray, blocked);
            reach.run >= height || (reach.cap > 0 && reach.cap <= cap && reach.captures(height))
        })
    }

    /// Returns whether a player can move or capture with any stack.
    pub(in crate::rules) fn has_movement(&self, player: Player) -> bool {
        let blocked = self.blockers();
        self.board.controlled(player).iter().any(|cell| self.can_act_from(cell, &blocked))
    }
}

impl Reach {
    /// Returns whether a stack of a height finds a landing cell beyond the blocker.
    #[inline]
    fn captures(&self, height: usize) -> bool {
        self.beyond > 0 && self.run + 1 + self.beyond >= height
    }
}

/// Returns how many cells of a ray are free from its start.
#[inline]
pub(super) fn free_run<const W: usize>(ray: &[Cell], blocked: &CellSet<W>) -> usize {
    ray.iter().position(|&c| blocked.contains(c)).unwrap_or(ray.len())
}

#[inline]
fn push_captures(ray: &[Cell], reach: &Reach, height: usize, kind: MoveKind, from: Cell, out: &mut MoveList) {
    let first = (reach.run + 1).max(height.saturating_sub(1));
    let last = reach.run + 1 + reach.beyond;
    if first < last {
        ray[first..last].iter().for_each(|&to| out.push(Move::capture(kind, from, ray[reach.run], to)));
    }
}
