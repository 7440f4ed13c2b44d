//! The mends of the evaluation, one switch each.

/// Says which of the reference's known faults are mended.
///
/// [`Repairs::NONE`] is the reference; [`Repairs::ALL`] mends everything listed here; [`Repairs::REPAIRED`] is the selection
/// behind the `repaired` mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Repairs {
    /// Fills in the neighbour and line tables of hex8.
    ///
    /// The reference leaves them empty: no threats, no mobility, no lines, and every stack counts as blocked, so that fewer
    /// stacks score better.
    pub hex8_tables: bool,
    /// Lets a collapsed cell stop a line of sight, as it stops a capture.
    pub sight_stops_at_collapse: bool,
    /// Compares eliminated rings with the best opponent, as territory and rings in hand are.
    ///
    /// The reference counts them absolutely, so that an opponent's eliminations cost nothing and two views do not add to zero.
    pub relative_eliminated: bool,
    /// Lets the opponent's victory threat fall below zero where the seat itself leads, so that two views add to zero.
    pub signed_victory_threat: bool,
    /// Lets the compactness of the markers grow with their number instead of jumping with the second one.
    ///
    /// One marker scores no closure in the reference and two adjacent ones eleven; here compactness counts in proportion
    /// (markers - 1) / 9, full from ten markers on, and a lone marker counts as half a unit like every other.
    pub gradual_closure: bool,
    /// Measures closure over all markers instead of the first ten in an order that depends on the history.
    pub closure_over_all_markers: bool,
    /// Uses the territory minimum of the rules for closeness to victory instead of more than half of the board.
    ///
    /// With three and four players the reference does not see a territory victory coming.
    pub rules_territory_minimum: bool,
    /// Counts the collapsed cells that a seat owns as its territory instead of the counter, which misses some collapses (S8).
    pub territory_from_collapsed_cells: bool,
    /// Averages the opponents' moves in the mobility term instead of adding them up.
    pub mean_opponent_mobility: bool,
    /// Lets the stacks of two different opponents capture each other when their moves are counted.
    pub opponents_capture_each_other: bool,
    /// Gives the no-stack and single-stack penalty to every opponent for itself instead of to the average opponent.
    pub stack_penalty_per_opponent: bool,
    /// Measures distance on hexagonal boards in steps; the reference counts every step twice.
    pub hex_distance_in_steps: bool,
    /// Counts the risk of a forced elimination only for stacks that cannot move; the reference charges a full unit to a player
    /// whose stacks can all move and who has no ring in hand.
    pub risk_of_blocked_stacks: bool,
    /// Grades a run of exclusive rounds by its share of the required ones.
    ///
    /// In the reference the first round already counts 94.5 percent of a victory.
    pub graded_lps: bool,
}

impl Repairs {
    /// Mends nothing: the reference.
    pub const NONE: Self = Self {
        hex8_tables: false,
        sight_stops_at_collapse: false,
        relative_eliminated: false,
        signed_victory_threat: false,
        gradual_closure: false,
        closure_over_all_markers: false,
        rules_territory_minimum: false,
        territory_from_collapsed_cells: false,
        mean_opponent_mobility: false,
        opponents_capture_each_other: false,
        stack_penalty_per_opponent: false,
        hex_distance_in_steps: false,
        risk_of_blocked_stacks: false,
        graded_lps: false,
    };

    /// Mends everything.
    pub const ALL: Self = Self {
        hex8_tables: true,
        sight_stops_at_collapse: true,
        relative_eliminated: true,
        signed_victory_threat: true,
        gradual_closure: true,
        closure_over_all_markers: true,
        rules_territory_minimum: true,
        territory_from_collapsed_cells: true,
        mean_opponent_mobility: true,
        opponents_capture_each_other: true,
        stack_penalty_per_opponent: true,
        hex_distance_in_steps: true,
        risk_of_blocked_stacks: true,
        graded_lps: true,
    };

    /// Mends what the `repaired` mode mends.
    pub const REPAIRED: Self = Self::ALL;
}
