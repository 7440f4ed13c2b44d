//! What each seat is worth for itself, before it is compared with the others.

use super::{HeuristicView, HeuristicWeights, Repairs, SeatCounts, view::ViewedSeat};

/// Effective height of a ring above the fifth of a stack.
const HIGH_RING: f64 = 0.1;
/// Share of a buried ring's value that counts while its owner cannot recover.
const BURIED_SHARE: f64 = 0.3;

/// Holds the values of one seat for itself; inner weights are in, outer ones are not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SeatParts {
    /// Stacks controlled.
    pub stacks: f64,
    /// Rings of those stacks, those above the fifth at a tenth.
    pub effective_height: f64,
    /// Cap rings of those stacks.
    pub caps: f64,
    /// Spaces of territory.
    pub territory: f64,
    /// Rings in hand.
    pub in_hand: f64,
    /// Rings eliminated.
    pub eliminated: f64,
    /// Markers.
    pub markers: f64,
    /// Closeness to victory.
    pub proximity: f64,
    /// One-step moves, each stack without any punished.
    pub stack_mobility: f64,
    /// Possible actions: stacks that can move, and placing.
    pub actions: u32,
    /// Rows of two, three and four markers.
    pub line_potential: f64,
    /// Markers touching or one open cell apart.
    pub line_connectivity: f64,
    /// How close together the markers lie.
    pub closure: f64,
    /// Markers' nearness to foreign stacks.
    pub safety: f64,
    /// Stacks that outnumber the possible actions.
    pub elimination_risk: f64,
    /// Recovery moves and buried rings.
    pub recovery: f64,
}

/// Gathers what the parts of all seats are computed with.
pub(super) struct PartsContext<'a, V: HeuristicView> {
    pub view: &'a V,
    pub weights: &'a HeuristicWeights,
    pub repairs: Repairs,
    pub open_cell: bool,
}

impl<V: HeuristicView> PartsContext<'_, V> {
    /// Computes the parts of a seat.
    pub(super) fn parts(&self, seat: usize, counts: &SeatCounts) -> SeatParts {
        let (view, weights) = (self.view.seat(seat), self.weights);
        let territory = self.territory(view, counts);
        let actions = counts.movable + u32::from(view.in_hand > 0 && self.open_cell);
        let rows = counts.rows.map(f64::from);
        let blocked = f64::from(counts.stacks - counts.movable);
        SeatParts {
            stacks: f64::from(counts.stacks),
            effective_height: f64::from(counts.low_rings) + HIGH_RING * f64::from(counts.high_rings),
            caps: f64::from(counts.caps),
            territory: f64::from(territory),
            in_hand: f64::from(view.in_hand),
            eliminated: f64::from(view.eliminated),
            markers: f64::from(counts.markers),
            proximity: self.proximity(seat, view.eliminated, territory),
            stack_mobility: f64::from(counts.moves()) - weights.blocked_stack_penalty * blocked,
            actions,
            line_potential: rows[0] * weights.two_in_row
                + rows[1] * weights.three_in_row
                + rows[2] * weights.four_in_row,
            line_connectivity: f64::from(counts.connected) * weights.connected_neighbor
                + f64::from(counts.gaps) * weights.gap_potential,
            closure: counts.closure,
            safety: f64::from(counts.safety),
            elimination_risk: self.elimination_risk(counts.stacks, actions),
            recovery: self.recovery(counts),
        }
    }

    fn territory(&self, view: ViewedSeat, counts: &SeatCounts) -> u32 {
        if self.repairs.territory_from_collapsed_cells { counts.collapsed } else { view.territory }
    }

    fn proximity(&self, seat: usize, eliminated: u32, territory: u32) -> f64 {
        let weights = self.weights;
        let lps = self.view.lps();
        if lps.seat == Some(seat) && lps.rounds > 0 {
            return weights.victory_threshold_bonus * self.lps_share(lps.rounds, lps.required);
        }
        let spaces = if self.repairs.rules_territory_minimum {
            self.view.territory_minimum()
        } else {
            self.view.geometry().cells() as u32 / 2 + 1
        };
        let rings = self.view.ring_threshold();
        if eliminated >= rings || territory >= spaces {
            return weights.victory_threshold_bonus;
        }
        weights.rings_proximity_factor / f64::from(rings - eliminated)
            + weights.territory_proximity_factor / f64::from(spaces - territory)
    }

    fn lps_share(&self, rounds: u32, required: u32) -> f64 {
        if rounds >= required || required <= 1 {
            1.0
        } else if self.repairs.graded_lps {
            f64::from(rounds) / f64::from(required)
        } else {
            0.90 + 0.09 * (f64::from(rounds) / f64::from(required - 1)).min(1.0)
        }
    }

    fn elimination_risk(&self, stacks: u32, actions: u32) -> f64 {
        if stacks == 0 {
            return 0.0;
        }
        let safe = if self.repairs.risk_of_blocked_stacks { 1.0 } else { 2.0 };
        (safe - f64::from(actions) / f64::from(stacks)).max(0.0)
    }

    fn recovery(&self, counts: &SeatCounts) -> f64 {
        let weights = self.weights;
        if !counts.recovery_eligible() {
            return f64::from(counts.buried) * weights.buried_ring_value * BURIED_SHARE;
        }
        weights.recovery_eligibility + if counts.recovery_move { weights.recovery_potential } else { 0.0 }
    }
}
