//! Puts the parts of the seats together into the score of one of them.

use super::{
    HeuristicProfile, HeuristicTerm, HeuristicTerms, HeuristicView, HeuristicWeights, Repairs, SeatCounts,
    SeatParts, parts::PartsContext, survey::Survey, view::ViewedResult,
};
use crate::rules::MAX_PLAYERS;

/// Score of a game that is won; lost it is the negative of this.
pub const WIN_SCORE: f64 = 100_000.0;

/// Scores positions for a seat.
///
/// Keeps the buffers it needs, so that evaluating allocates nothing after the first position of a board.
#[derive(Debug)]
pub struct HeuristicEvaluator {
    weights: HeuristicWeights,
    repairs: Repairs,
    structure: bool,
    survey: Survey,
    parts: [SeatParts; MAX_PLAYERS],
}

impl HeuristicEvaluator {
    /// Makes an evaluator with the full set of terms.
    #[must_use]
    pub fn new(weights: HeuristicWeights, repairs: Repairs) -> Self {
        Self { weights, repairs, structure: true, survey: Survey::default(), parts: Default::default() }
    }

    /// Makes an evaluator equal to the reference's, faults included.
    #[must_use]
    pub fn reference(profile: HeuristicProfile) -> Self {
        Self::new(profile.weights(), Repairs::NONE)
    }

    /// Makes an evaluator with the reference's faults mended.
    #[must_use]
    pub fn repaired(profile: HeuristicProfile) -> Self {
        Self::new(profile.weights(), Repairs::REPAIRED)
    }

    /// Leaves out the structural terms, which then count as zero.
    #[must_use]
    pub fn light(mut self) -> Self {
        self.structure = false;
        self
    }

    /// Returns the score of a seat; whose turn it is plays no part.
    pub fn score(&mut self, view: &impl HeuristicView, seat: usize) -> f64 {
        match view.result() {
            ViewedResult::Active => self.terms(view, seat).total(),
            ViewedResult::Won(winner) if winner == seat => WIN_SCORE,
            ViewedResult::Won(_) => -WIN_SCORE,
            ViewedResult::NoWinner => 0.0,
        }
    }

    /// Returns the weighted contributions of all terms, also where the game is over.
    pub fn terms(&mut self, view: &impl HeuristicView, seat: usize) -> HeuristicTerms {
        let structure = self.structure;
        self.compare(view, seat).terms(structure)
    }

    /// Returns the four contributions that make up [`HeuristicTerm::StackControl`]: stacks, height, caps, diversity.
    pub fn material(&mut self, view: &impl HeuristicView, seat: usize) -> [f64; 4] {
        self.compare(view, seat).material()
    }

    /// Returns what a seat is worth for itself and the counts behind it.
    pub fn parts(&mut self, view: &impl HeuristicView, seat: usize) -> (SeatParts, SeatCounts) {
        self.take_stock(view);
        (self.parts[seat], self.survey.counts[seat])
    }

    fn compare(&mut self, view: &impl HeuristicView, seat: usize) -> Comparison<'_> {
        self.take_stock(view);
        Comparison {
            weights: &self.weights,
            repairs: self.repairs,
            counts: &self.survey.counts[..view.seats()],
            parts: &self.parts[..view.seats()],
            me: seat,
        }
    }

    fn take_stock(&mut self, view: &impl HeuristicView) {
        self.survey.take(view, self.repairs, self.structure);
        let context = PartsContext {
            view,
            weights: &self.weights,
            repairs: self.repairs,
            open_cell: self.survey.open_cell,
        };
        for (seat, counts) in self.survey.counts[..view.seats()].iter().enumerate() {
            self.parts[seat] = context.parts(seat, counts);
        }
    }
}

/// Compares one seat with the others.
struct Comparison<'a> {
    weights: &'a HeuristicWeights,
    repairs: Repairs,
    counts: &'a [SeatCounts],
    parts: &'a [SeatParts],
    me: usize,
}

impl Comparison<'_> {
    fn terms(&self, structure: bool) -> HeuristicTerms {
        use HeuristicTerm as T;
        let (w, own) = (self.weights, &self.counts[self.me]);
        let mut terms = HeuristicTerms::default();
        terms.set(T::StackControl, self.material().iter().sum());
        terms.set(T::Territory, self.lead(|p| p.territory) * w.territory);
        terms.set(T::RingsInHand, self.lead(|p| p.in_hand) * w.rings_in_hand);
        terms.set(T::CenterControl, self.center() * w.center_control);
        terms.set(T::OpponentThreats, -f64::from(own.adjacent_balance) * w.opponent_threat * 0.5);
        terms.set(T::Mobility, self.mobility() * w.mobility);
        terms.set(T::EliminatedRings, self.eliminated() * w.eliminated_rings);
        terms.set(T::MarkerCount, self.lead(|p| p.markers) * w.marker_count);
        let closest = self.best(|p| p.proximity).max(0.0);
        let behind = closest - self.parts[self.me].proximity;
        let threat = if self.repairs.signed_victory_threat { behind } else { behind.max(0.0) };
        terms.set(T::VictoryProximity, -behind * w.victory_proximity);
        terms.set(T::OpponentVictoryThreat, -threat * w.opponent_victory_threat);
        terms.set(T::StackMobility, self.lead(|p| p.stack_mobility) * w.stack_mobility);
        terms.set(T::MultiLeaderThreat, -self.gap_between_leaders() * w.multi_leader_threat);
        if structure {
            self.add_structure(&mut terms);
        }
        terms
    }

    fn add_structure(&self, terms: &mut HeuristicTerms) {
        use HeuristicTerm as T;
        let (w, own) = (self.weights, &self.counts[self.me]);
        terms.set(T::LinePotential, self.lead(|p| p.line_potential) * w.line_potential);
        terms.set(T::LineConnectivity, self.lead(|p| p.line_connectivity) * w.line_connectivity);
        terms.set(T::Vulnerability, -f64::from(own.seen_higher) * w.vulnerability);
        terms.set(T::OvertakePotential, f64::from(own.seen_lower) * w.overtake_potential);
        terms.set(T::TerritoryClosure, self.lead(|p| p.closure) * w.territory_closure);
        terms.set(T::TerritorySafety, self.lead(|p| p.safety) * w.territory_safety);
        let risk = self.lead(|p| p.elimination_risk);
        terms.set(T::ForcedEliminationRisk, -risk * w.forced_elimination_risk);
        terms.set(T::LpsActionAdvantage, self.action_advantage() * w.lps_action_advantage);
        terms.set(T::RecoveryPotential, self.lead(|p| p.recovery));
    }

    fn opponents(&self) -> impl Iterator<Item = &SeatParts> {
        self.parts.iter().enumerate().filter(|&(seat, _)| seat != self.me).map(|(_, parts)| parts)
    }

    fn best(&self, value: impl Fn(&SeatParts) -> f64) -> f64 {
        self.opponents().map(value).fold(f64::NEG_INFINITY, f64::max)
    }

    fn lead(&self, value: impl Fn(&SeatParts) -> f64) -> f64 {
        value(&self.parts[self.me]) - self.best(value)
    }

    fn mean(&self, value: impl Fn(&SeatParts) -> f64) -> f64 {
        self.opponents().map(value).sum::<f64>() / (self.parts.len() - 1) as f64
    }

    fn ahead_of_mean(&self, value: impl Fn(&SeatParts) -> f64) -> f64 {
        value(&self.parts[self.me]) - self.mean(value)
    }

    /// Returns the four weighted parts of stack control: stacks, height, caps, diversity.
    fn material(&self) -> [f64; 4] {
        let w = self.weights;
        let against = if self.repairs.stack_penalty_per_opponent {
            self.mean(|p| self.diversity(p.stacks))
        } else {
            self.diversity(self.mean(|p| p.stacks))
        };
        [
            self.ahead_of_mean(|p| p.stacks) * w.stack_control,
            self.ahead_of_mean(|p| p.effective_height) * w.stack_height,
            self.ahead_of_mean(|p| p.caps) * w.cap_height,
            self.diversity(self.parts[self.me].stacks) - against,
        ]
    }

    fn diversity(&self, stacks: f64) -> f64 {
        if stacks == 0.0 {
            -self.weights.no_stacks_penalty
        } else if stacks == 1.0 {
            -self.weights.single_stack_penalty
        } else {
            stacks * self.weights.stack_diversity_bonus
        }
    }

    fn center(&self) -> f64 {
        let all: u32 = self.counts.iter().map(|c| c.center).sum();
        2.0 * f64::from(self.counts[self.me].center) - f64::from(all)
    }

    fn mobility(&self) -> f64 {
        let against = |other: &SeatCounts| {
            if self.repairs.opponents_capture_each_other {
                other.moves()
            } else {
                other.open_moves + other.captures[self.me]
            }
        };
        let others = self.counts.iter().enumerate().filter(|&(seat, _)| seat != self.me);
        let sum: u32 = others.map(|(_, counts)| against(counts)).sum();
        let share = if self.repairs.mean_opponent_mobility { (self.counts.len() - 1) as f64 } else { 1.0 };
        f64::from(self.counts[self.me].moves()) - f64::from(sum) / share
    }

    fn eliminated(&self) -> f64 {
        if self.repairs.relative_eliminated {
            self.lead(|p| p.eliminated)
        } else {
            self.parts[self.me].eliminated
        }
    }

    fn gap_between_leaders(&self) -> f64 {
        if self.parts.len() < 3 {
            return 0.0;
        }
        let (mut first, mut second) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for proximity in self.opponents().map(|p| p.proximity) {
            second = second.max(proximity.min(first));
            first = first.max(proximity);
        }
        first - second
    }

    fn action_advantage(&self) -> f64 {
        if self.parts.len() < 3 {
            0.0
        } else if self.parts[self.me].actions == 0 {
            -1.0
        } else {
            self.mean(|p| f64::from(u8::from(p.actions == 0)))
        }
    }
}
