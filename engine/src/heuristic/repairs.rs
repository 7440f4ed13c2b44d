//! The mends of the evaluation, one switch each.

/// Declares the mends once: the switch and what it mends.
macro_rules! repairs {
    ($($(#[$doc:meta])* $field:ident,)*) => {
        /// Says which of the reference's known faults are mended.
        ///
        /// [`Repairs::NONE`] is the reference; [`Repairs::ALL`] mends everything listed here; [`Repairs::REPAIRED`] is the
        /// selection behind the `repaired` mode.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct Repairs {
            $($(#[$doc])* pub $field: bool,)*
        }

        impl Repairs {
            /// The names of all mends, in the order of the fields.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];

            /// Mends nothing: the reference.
            pub const NONE: Self = Self { $($field: false,)* };

            /// Mends everything.
            pub const ALL: Self = Self { $($field: true,)* };

            /// Returns these mends with the one of this name switched on or off; `None` where no mend has the name.
            #[must_use]
            pub fn with(mut self, name: &str, on: bool) -> Option<Self> {
                match name {
                    $(stringify!($field) => self.$field = on,)*
                    _ => return None,
                }
                Some(self)
            }
        }
    };
}

repairs! {
    /// Fills in the neighbour and line tables of hex8.
    ///
    /// The reference leaves them empty: no threats, no mobility, no lines, and every stack counts as blocked, so that fewer
    /// stacks score better.
    hex8_tables,
    /// Lets a collapsed cell stop a line of sight, as it stops a capture.
    sight_stops_at_collapse,
    /// Compares eliminated rings with the best opponent, as territory and rings in hand are.
    ///
    /// The reference counts them absolutely, so that an opponent's eliminations cost nothing and two views do not add to zero.
    relative_eliminated,
    /// Lets the opponent's victory threat fall below zero where the seat itself leads, so that two views add to zero.
    signed_victory_threat,
    /// Lets the compactness of the markers grow with their number instead of jumping with the second one.
    ///
    /// One marker scores no closure in the reference and two adjacent ones eleven; here compactness counts in proportion
    /// (markers - 1) / 9, full from ten markers on, and a lone marker counts as half a unit like every other.
    gradual_closure,
    /// Measures closure over all markers instead of the first ten in an order that depends on the history.
    closure_over_all_markers,
    /// Uses the territory minimum of the rules for closeness to victory instead of more than half of the board.
    ///
    /// With three and four players the reference does not see a territory victory coming.
    rules_territory_minimum,
    /// Counts the collapsed cells that a seat owns as its territory instead of the counter, which misses some collapses (S8).
    territory_from_collapsed_cells,
    /// Averages the opponents' moves in the mobility term instead of adding them up.
    mean_opponent_mobility,
    /// Lets the stacks of two different opponents capture each other when their moves are counted.
    opponents_capture_each_other,
    /// Gives the no-stack and single-stack penalty to every opponent for itself instead of to the average opponent.
    stack_penalty_per_opponent,
    /// Measures distance on hexagonal boards in steps; the reference counts every step twice.
    hex_distance_in_steps,
    /// Counts the risk of a forced elimination only for stacks that cannot move; the reference charges a full unit to a player
    /// whose stacks can all move and who has no ring in hand.
    risk_of_blocked_stacks,
    /// Grades a run of exclusive rounds by its share of the required ones.
    ///
    /// In the reference the first round already counts 94.5 percent of a victory.
    graded_lps,
}

impl Repairs {
    /// Mends what the `repaired` mode mends: everything but `mean_opponent_mobility`.
    ///
    /// That the opponents' sum is larger than the own share is a constant that no choice depends on; what the sum does is to make
    /// blocking any opponent worth as much as moving oneself, and play with it measured slightly stronger.
    pub const REPAIRED: Self = Self { mean_opponent_mobility: false, ..Self::ALL };
}
