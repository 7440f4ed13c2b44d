//! The terms of the evaluation and their weighted values.

use std::ops::Index;

/// Names a term of the evaluation; the order is the order of addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HeuristicTerm {
    /// Stacks, effective height, caps and diversity against the average opponent.
    StackControl,
    /// Territory against the best opponent.
    Territory,
    /// Rings in hand against the best opponent.
    RingsInHand,
    /// Centre cells held against all others.
    CenterControl,
    /// Cap differences to adjacent hostile stacks.
    OpponentThreats,
    /// One-step moves against all others.
    Mobility,
    /// Rings eliminated.
    EliminatedRings,
    /// Markers against the best opponent.
    MarkerCount,
    /// Closeness to victory against the closest opponent.
    VictoryProximity,
    /// What the closest opponent is ahead.
    OpponentVictoryThreat,
    /// Moves of single stacks, blocked ones punished.
    StackMobility,
    /// The gap between the two leading opponents.
    MultiLeaderThreat,
    /// Rows of two, three and four markers.
    LinePotential,
    /// Markers touching, or one open cell apart.
    LineConnectivity,
    /// Higher hostile caps in sight.
    Vulnerability,
    /// Lower hostile caps in sight.
    OvertakePotential,
    /// How close together the markers lie.
    TerritoryClosure,
    /// Markers near foreign stacks.
    TerritorySafety,
    /// Stacks that outnumber the possible actions.
    ForcedEliminationRisk,
    /// Opponents without any action.
    LpsActionAdvantage,
    /// Recovery moves and buried rings.
    RecoveryPotential,
}

impl HeuristicTerm {
    /// How many terms there are.
    pub const COUNT: usize = 21;

    /// Every term in the order of addition.
    pub const ALL: [Self; Self::COUNT] = [
        Self::StackControl,
        Self::Territory,
        Self::RingsInHand,
        Self::CenterControl,
        Self::OpponentThreats,
        Self::Mobility,
        Self::EliminatedRings,
        Self::MarkerCount,
        Self::VictoryProximity,
        Self::OpponentVictoryThreat,
        Self::StackMobility,
        Self::MultiLeaderThreat,
        Self::LinePotential,
        Self::LineConnectivity,
        Self::Vulnerability,
        Self::OvertakePotential,
        Self::TerritoryClosure,
        Self::TerritorySafety,
        Self::ForcedEliminationRisk,
        Self::LpsActionAdvantage,
        Self::RecoveryPotential,
    ];

    /// Says whether the term belongs to the light evaluation as well as to the full one.
    #[must_use]
    pub const fn is_light(self) -> bool {
        (self as usize) < Self::LinePotential as usize
    }

    /// Returns the name of the term.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StackControl => "stack_control",
            Self::Territory => "territory",
            Self::RingsInHand => "rings_in_hand",
            Self::CenterControl => "center_control",
            Self::OpponentThreats => "opponent_threats",
            Self::Mobility => "mobility",
            Self::EliminatedRings => "eliminated_rings",
            Self::MarkerCount => "marker_count",
            Self::VictoryProximity => "victory_proximity",
            Self::OpponentVictoryThreat => "opponent_victory_threat",
            Self::StackMobility => "stack_mobility",
            Self::MultiLeaderThreat => "multi_leader_threat",
            Self::LinePotential => "line_potential",
            Self::LineConnectivity => "line_connectivity",
            Self::Vulnerability => "vulnerability",
            Self::OvertakePotential => "overtake_potential",
            Self::TerritoryClosure => "territory_closure",
            Self::TerritorySafety => "territory_safety",
            Self::ForcedEliminationRisk => "forced_elimination_risk",
            Self::LpsActionAdvantage => "lps_action_advantage",
            Self::RecoveryPotential => "recovery_potential",
        }
    }
}

/// Holds the weighted contribution of every term to one seat's score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HeuristicTerms {
    values: [f64; HeuristicTerm::COUNT],
}

impl HeuristicTerms {
    /// Sets one contribution.
    pub(super) fn set(&mut self, term: HeuristicTerm, value: f64) {
        self.values[term as usize] = value;
    }

    /// Returns the contributions in the order of [`HeuristicTerm::ALL`].
    #[must_use]
    pub const fn values(&self) -> &[f64; HeuristicTerm::COUNT] {
        &self.values
    }

    /// Adds the contributions from first to last.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.values.iter().fold(0.0, |sum, value| sum + value)
    }
}

impl Index<HeuristicTerm> for HeuristicTerms {
    type Output = f64;

    fn index(&self, term: HeuristicTerm) -> &f64 {
        &self.values[term as usize]
    }
}
