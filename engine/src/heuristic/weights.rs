//! The weights of the evaluation, one number per knob.

/// Declares the weights once: the field, its name in the reference's tables and its meaning.
macro_rules! weights {
    ($($(#[$doc:meta])* $field:ident = $name:literal,)*) => {
        /// Holds the weights of the heuristic evaluation.
        ///
        /// The reference's tables name further weights (adjacency, safe moves, recovery threat and everything about rating a
        /// swap); they have no effect on a position's score and are left out.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct HeuristicWeights {
            $($(#[$doc])* pub $field: f64,)*
        }

        impl HeuristicWeights {
            /// The names of all weights, in the order of the fields.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Returns the weight with a name of [`Self::NAMES`].
            #[must_use]
            pub fn get(&self, name: &str) -> Option<f64> {
                match name {
                    $($name => Some(self.$field),)*
                    _ => None,
                }
            }

            /// Returns these weights with each one multiplied by the same factor.
            ///
            /// Inner weights multiply outer ones, so this changes the preferences and not only the scale.
            #[must_use]
            pub const fn scaled(self, factor: f64) -> Self {
                Self { $($field: self.$field * factor,)* }
            }
        }
    };
}

weights! {
    /// Per stack more than the average opponent.
    stack_control = "STACK_CONTROL",
    /// Per ring of effective height more than the average opponent.
    stack_height = "STACK_HEIGHT",
    /// Per cap ring more than the average opponent.
    cap_height = "CAP_HEIGHT",
    /// Per space of territory more than the best opponent.
    territory = "TERRITORY",
    /// Per ring in hand more than the best opponent.
    rings_in_hand = "RINGS_IN_HAND",
    /// Per centre cell held more than all others together.
    center_control = "CENTER_CONTROL",
    /// Per cap ring that an adjacent hostile stack is higher (halved).
    opponent_threat = "OPPONENT_THREAT",
    /// Per one-step move more than all others together.
    mobility = "MOBILITY",
    /// Per ring eliminated.
    eliminated_rings = "ELIMINATED_RINGS",
    /// Outer weight of the rows of markers.
    line_potential = "LINE_POTENTIAL",
    /// Outer weight of the lead in closeness to victory.
    victory_proximity = "VICTORY_PROXIMITY",
    /// Per marker more than the best opponent.
    marker_count = "MARKER_COUNT",
    /// Per cap ring that a hostile stack in sight is higher.
    vulnerability = "VULNERABILITY",
    /// Per cap ring that a hostile stack in sight is lower.
    overtake_potential = "OVERTAKE_POTENTIAL",
    /// Outer weight of how close together the markers lie.
    territory_closure = "TERRITORY_CLOSURE",
    /// Outer weight of markers touching or nearly touching in a line.
    line_connectivity = "LINE_CONNECTIVITY",
    /// Outer weight of markers near foreign stacks.
    territory_safety = "TERRITORY_SAFETY",
    /// Outer weight of the moves of single stacks.
    stack_mobility = "STACK_MOBILITY",
    /// Per unit that the leading opponent is closer to victory.
    opponent_victory_threat = "OPPONENT_VICTORY_THREAT",
    /// Outer weight of stacks outnumbering possible actions.
    forced_elimination_risk = "FORCED_ELIMINATION_RISK",
    /// Outer weight of opponents without any action, three or more players.
    lps_action_advantage = "LPS_ACTION_ADVANTAGE",
    /// Per unit between the two leading opponents, three or more players.
    multi_leader_threat = "MULTI_LEADER_THREAT",
    /// Penalty for controlling no stack.
    no_stacks_penalty = "NO_STACKS_PENALTY",
    /// Penalty for controlling exactly one stack.
    single_stack_penalty = "SINGLE_STACK_PENALTY",
    /// Per stack where there are more.
    stack_diversity_bonus = "STACK_DIVERSITY_BONUS",
    /// Closeness of a victory that is reached.
    victory_threshold_bonus = "VICTORY_THRESHOLD_BONUS",
    /// Divided by the rings still missing to the ring threshold.
    rings_proximity_factor = "RINGS_PROXIMITY_FACTOR",
    /// Divided by the spaces still missing to the territory threshold.
    territory_proximity_factor = "TERRITORY_PROXIMITY_FACTOR",
    /// Per marker and direction with a second marker behind it.
    two_in_row = "TWO_IN_ROW",
    /// Added where there is a third.
    three_in_row = "THREE_IN_ROW",
    /// Added where there is a fourth.
    four_in_row = "FOUR_IN_ROW",
    /// Per marker and direction with an own marker next to it.
    connected_neighbor = "CONNECTED_NEIGHBOR",
    /// Per marker and direction with an own marker one open cell away.
    gap_potential = "GAP_POTENTIAL",
    /// Penalty for a stack without a one-step move.
    blocked_stack_penalty = "BLOCKED_STACK_PENALTY",
    /// Added where an eligible player has a recovery move.
    recovery_potential = "RECOVERY_POTENTIAL",
    /// For being eligible for recovery.
    recovery_eligibility = "RECOVERY_ELIGIBILITY",
    /// Per buried ring (times 0.3) of a player not eligible for recovery.
    buried_ring_value = "BURIED_RING_VALUE",
}
