//! One pass over a position that collects every count the terms are made of.

use super::{HeuristicView, Repairs, ViewedStack, spread::MarkerSpread, tables::HeuristicTables};
use crate::{
    board::{Cell, Geometry},
    rules::MAX_PLAYERS,
};

/// Holds the counts of one seat, before weights and before comparison with the other seats.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SeatCounts {
    /// Stacks with the seat's ring on top.
    pub stacks: u32,
    /// Rings of those stacks, up to five each.
    pub low_rings: u32,
    /// Rings of those stacks above the fifth.
    pub high_rings: u32,
    /// Cap rings of those stacks.
    pub caps: u32,
    /// Centre cells those stacks stand on.
    pub center: u32,
    /// One-step moves of those stacks to cells without a stack.
    pub open_moves: u32,
    /// One-step moves of those stacks onto stacks of each other seat with a cap no higher.
    pub captures: [u32; MAX_PLAYERS],
    /// Stacks with at least one such move.
    pub movable: u32,
    /// Adjacent hostile caps minus the own cap, summed over pairs.
    pub adjacent_balance: i32,
    /// What higher hostile caps in sight are higher by, summed over pairs.
    pub seen_higher: u32,
    /// What lower hostile caps in sight are lower by, summed over pairs.
    pub seen_lower: u32,
    /// Markers.
    pub markers: u32,
    /// Pairs, triples and quadruples of markers in a row, once per marker and direction.
    pub rows: [u32; 3],
    /// Markers next to each other, once per marker and direction.
    pub connected: u32,
    /// Markers one open cell apart, once per marker and direction.
    pub gaps: u32,
    /// How close together the markers lie.
    pub closure: f64,
    /// Markers' nearness to foreign stacks, at most 0.
    pub safety: i32,
    /// Rings below the top in stacks of other seats.
    pub buried: u32,
    /// Whether some marker has a neighbour that a recovery slide could enter.
    pub recovery_move: bool,
    /// Collapsed cells owned.
    pub collapsed: u32,
}

impl SeatCounts {
    /// Returns the one-step moves of the seat's stacks where every other seat is hostile.
    #[must_use]
    pub fn moves(&self) -> u32 {
        self.open_moves + self.captures.iter().sum::<u32>()
    }

    /// Says whether the seat may recover: no stack, a marker and a buried ring.
    #[must_use]
    pub const fn recovery_eligible(&self) -> bool {
        self.stacks == 0 && self.markers > 0 && self.buried > 0
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct CellFacts {
    /// Seat + 1 of the stack's owner.
    stack: u8,
    /// Seat + 1 of the marker's owner.
    marker: u8,
    collapsed: bool,
    cap: u16,
}

/// Collects the counts of all seats; its buffers are reused from position to position.
#[derive(Debug, Default)]
pub(super) struct Survey {
    cells: Vec<CellFacts>,
    stacks: Vec<Cell>,
    markers: Vec<Cell>,
    spread: [MarkerSpread; MAX_PLAYERS],
    /// The counts by seat.
    pub counts: [SeatCounts; MAX_PLAYERS],
    /// Whether some cell holds neither a stack nor a collapse.
    pub open_cell: bool,
}

impl Survey {
    /// Collects the counts of a position, the structural ones only if asked for.
    pub(super) fn take(&mut self, view: &impl HeuristicView, repairs: Repairs, structure: bool) {
        let geometry = view.geometry();
        let tables = HeuristicTables::of(geometry.kind());
        self.read(view, repairs, tables);
        let adjacency = repairs.hex8_tables || !tables.reference_tables_empty;
        self.count_centre(tables);
        if adjacency {
            self.count_moves(geometry);
        }
        if structure {
            self.count_sight(geometry, repairs);
            if adjacency {
                self.count_rows(geometry);
            }
            self.count_safety(tables, repairs);
            self.count_recovery(geometry, view.stack_strikes());
            let halve = repairs.hex_distance_in_steps && tables.steps_count_twice;
            for (counts, spread) in self.counts.iter_mut().zip(&self.spread) {
                counts.closure = spread.closure(counts.markers, repairs.gradual_closure, halve);
            }
        }
    }

    fn read(&mut self, view: &impl HeuristicView, repairs: Repairs, tables: &HeuristicTables) {
        let cells = view.geometry().cells();
        self.cells.clear();
        self.cells.resize(cells, CellFacts::default());
        self.stacks.clear();
        self.markers.clear();
        self.counts = Default::default();
        self.spread.iter_mut().for_each(MarkerSpread::clear);
        let mut blocked = 0;
        view.visit_stacks(|stack| {
            blocked += 1;
            self.read_stack(stack);
        });
        view.visit_markers(|cell, seat| {
            self.cells[cell.index()].marker = seat as u8 + 1;
            self.markers.push(cell);
            self.counts[seat].markers += 1;
            if repairs.closure_over_all_markers || self.counts[seat].markers <= MarkerSpread::SAMPLE {
                self.spread[seat].add(tables.axis_values(cell));
            }
        });
        view.visit_collapsed(|cell, seat| {
            blocked += 1;
            self.cells[cell.index()].collapsed = true;
            self.counts[seat].collapsed += 1;
        });
        self.open_cell = blocked < cells;
    }

    fn read_stack(&mut self, stack: ViewedStack) {
        let facts = &mut self.cells[stack.cell.index()];
        facts.stack = stack.owner as u8 + 1;
        facts.cap = stack.cap;
        self.stacks.push(stack.cell);
        let height = u32::from(stack.height);
        let counts = &mut self.counts[stack.owner];
        counts.stacks += 1;
        counts.low_rings += height.min(5);
        counts.high_rings += height.saturating_sub(5);
        counts.caps += u32::from(stack.cap);
        for (seat, &rings) in stack.rings.iter().enumerate() {
            if seat != stack.owner {
                self.counts[seat].buried += u32::from(rings);
            }
        }
    }

    fn count_centre(&mut self, tables: &HeuristicTables) {
        for cell in &tables.center {
            if let Some(owner) = owner(self.cells[cell.index()].stack) {
                self.counts[owner].center += 1;
            }
        }
    }

    fn count_moves(&mut self, geometry: &Geometry) {
        for &cell in &self.stacks {
            let here = self.cells[cell.index()];
            let seat = usize::from(here.stack) - 1;
            let counts = &mut self.counts[seat];
            let mut moves = 0;
            for target in (0..geometry.directions()).filter_map(|d| geometry.neighbor(cell, d)) {
                let there = self.cells[target.index()];
                match owner(there.stack) {
                    None if !there.collapsed => {
                        counts.open_moves += 1;
                        moves += 1;
                    }
                    Some(other) if other != seat => {
                        counts.adjacent_balance += i32::from(there.cap) - i32::from(here.cap);
                        if here.cap >= there.cap {
                            counts.captures[other] += 1;
                            moves += 1;
                        }
                    }
                    _ => {}
                }
            }
            counts.movable += u32::from(moves > 0);
        }
    }

    fn count_sight(&mut self, geometry: &Geometry, repairs: Repairs) {
        for &cell in &self.stacks {
            let here = self.cells[cell.index()];
            let counts = &mut self.counts[usize::from(here.stack) - 1];
            for direction in 0..geometry.directions() {
                let seen =
                    geometry.ray(cell, direction).iter().map(|c| self.cells[c.index()]).find(|facts| {
                        facts.stack != 0 || (repairs.sight_stops_at_collapse && facts.collapsed)
                    });
                if let Some(there) = seen
                    && there.stack != 0
                    && there.stack != here.stack
                {
                    counts.seen_higher += u32::from(there.cap.saturating_sub(here.cap));
                    counts.seen_lower += u32::from(here.cap.saturating_sub(there.cap));
                }
            }
        }
    }

    fn count_rows(&mut self, geometry: &Geometry) {
        for &cell in &self.markers {
            let own = self.cells[cell.index()].marker;
            let counts = &mut self.counts[usize::from(own) - 1];
            for direction in 0..geometry.directions() {
                let ray = geometry.ray(cell, direction);
                let run = ray.iter().take(3).take_while(|c| self.cells[c.index()].marker == own).count();
                counts.rows[..run].iter_mut().for_each(|row| *row += 1);
                if run > 0 {
                    counts.connected += 1;
                } else if let [between, beyond, ..] = ray
                    && self.cells[beyond.index()].marker == own
                {
                    let between = self.cells[between.index()];
                    counts.gaps += u32::from(!between.collapsed && between.stack == 0);
                }
            }
        }
    }

    fn count_safety(&mut self, tables: &HeuristicTables, repairs: Repairs) {
        let halve = repairs.hex_distance_in_steps && tables.steps_count_twice;
        for &cell in &self.markers {
            let own = self.cells[cell.index()].marker;
            let foreign = |c: &Cell| {
                let stack = self.cells[c.index()].stack;
                stack != 0 && stack != own
            };
            if let Some(&(_, distance)) = tables.near(cell).iter().find(|(c, _)| foreign(c)) {
                let distance = if halve { distance / 2 } else { distance };
                self.counts[usize::from(own) - 1].safety -= (3 - i32::from(distance)).max(0);
            }
        }
    }

    fn count_recovery(&mut self, geometry: &Geometry, stack_strikes: bool) {
        for &cell in &self.markers {
            let counts = &mut self.counts[usize::from(self.cells[cell.index()].marker) - 1];
            if counts.recovery_move || !counts.recovery_eligible() {
                continue;
            }
            counts.recovery_move = (0..geometry.directions())
                .filter_map(|d| geometry.neighbor(cell, d))
                .map(|target| self.cells[target.index()])
                .any(|there| !there.collapsed && there.marker == 0 && (stack_strikes || there.stack == 0));
        }
    }
}

#[inline]
fn owner(seat_plus_one: u8) -> Option<usize> {
    usize::from(seat_plus_one).checked_sub(1)
}
