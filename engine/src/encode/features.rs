//! The feature map: which column of the encoded planes says what.
//!
//! Offsets are consts built one after the other, so that adding a group moves what follows and changes the totals in one place. Any change
//! here must raise [`ENCODING_VERSION`], because a model file is only valid for the version that it was trained on.

/// Version of the feature map; a model card and a training shard name the one they were made with.
pub const ENCODING_VERSION: u32 = 1;

/// Number of seats that the encoding has room for; slot 0 is the mover.
pub const SLOTS: usize = 4;

/// Rings below the cap that are written one by one, as one owner indicator for each slot.
pub(crate) const EXPLICIT_DEPTH: usize = 4;

/// Rings below those whose order one binary fraction for each slot holds exactly: the mantissa of an f32.
///
/// With the cap and the explicit rings that is every stack that play can build, since a stack moves at least as far as it is high.
pub(crate) const FRACTION_RINGS: usize = 24;

/// Columns of one cell.
pub(crate) mod cell {
    use super::{EXPLICIT_DEPTH, SLOTS};

    pub(crate) const ON_BOARD: usize = 0;
    /// Slot that controls the stack here.
    pub(crate) const CONTROL: usize = ON_BOARD + 1;
    pub(crate) const MARKER: usize = CONTROL + SLOTS;
    pub(crate) const COLLAPSED: usize = MARKER + SLOTS;
    /// Rings of each slot in the stack, wherever they lie in it.
    pub(crate) const RINGS: usize = COLLAPSED + SLOTS;
    /// Owners of the first rings below the cap.
    pub(crate) const BELOW: usize = RINGS + SLOTS;
    /// Order of the rings below those.
    pub(crate) const DEEP: usize = BELOW + EXPLICIT_DEPTH * SLOTS;
    pub(crate) const HEIGHT_SATURATING: usize = DEEP + SLOTS;
    pub(crate) const HEIGHT_LINEAR: usize = HEIGHT_SATURATING + 1;
    /// Height at least 2, 3, 4, 5.
    pub(crate) const HEIGHT_AT_LEAST: usize = HEIGHT_LINEAR + 1;
    pub(crate) const CAP_SATURATING: usize = HEIGHT_AT_LEAST + 4;
    pub(crate) const CAP_LINEAR: usize = CAP_SATURATING + 1;
    /// Cap height at least 2, 3, 4.
    pub(crate) const CAP_AT_LEAST: usize = CAP_LINEAR + 1;
    /// Stack that gives up the ring if this slot's player recovers (S9).
    pub(crate) const EXTRACTION_SOURCE: usize = CAP_AT_LEAST + 3;
    pub(crate) const MUST_MOVE: usize = EXTRACTION_SOURCE + SLOTS;
    pub(crate) const CHAIN: usize = MUST_MOVE + 1;
    pub(crate) const LANDING: usize = CHAIN + 1;
    /// Region just processed: the self-elimination that is owed lies outside it.
    pub(crate) const REGION: usize = LANDING + 1;
    /// Cells named by the lines or regions that can be chosen now.
    pub(crate) const CHOICE: usize = REGION + 1;
    pub(crate) const SLIDE_FROM: usize = CHOICE + 1;
    pub(crate) const SLIDE_TO: usize = SLIDE_FROM + 1;
    pub(crate) const TOTAL: usize = SLIDE_TO + 1;
}

/// Columns of the global vector.
pub(crate) mod global {
    use super::SLOTS;

    /// One indicator for each phase.
    pub(crate) const PHASE: usize = 0;
    pub(crate) const PHASES: usize = 7;
    /// A recovery slide was chosen and its line option is still open.
    pub(crate) const MICRO_CHOICE: usize = PHASE + PHASES;
    /// Two, three or four players.
    pub(crate) const PLAYER_COUNT: usize = MICRO_CHOICE + 1;
    /// Seat of the mover: ties go to the lowest seat (S14).
    pub(crate) const SEAT: usize = PLAYER_COUNT + 3;
    pub(crate) const LINE_ELIMINATION: usize = SEAT + SLOTS;
    pub(crate) const RECOVERED: usize = LINE_ELIMINATION + 1;
    pub(crate) const ACTED: usize = RECOVERED + 1;
    pub(crate) const SWAP_USED: usize = ACTED + 1;
    pub(crate) const SWAP_OFFERED: usize = SWAP_USED + 1;
    /// Player 2 has not moved yet and may still swap.
    pub(crate) const SWAP_OPEN: usize = SWAP_OFFERED + 1;
    /// Whether rounds are counted yet; their number decides nothing.
    pub(crate) const LPS_STARTED: usize = SWAP_OPEN + 1;
    pub(crate) const LPS_STREAK: usize = LPS_STARTED + 1;
    /// Parameters of the rules that differ between configurations.
    pub(crate) const RULES: usize = LPS_STREAK + 1;
    pub(crate) const RULES_COUNT: usize = 8;
    /// First column of the groups that repeat for each slot.
    pub(crate) const SLOT: usize = RULES + RULES_COUNT;
    pub(crate) const TOTAL: usize = SLOT + SLOTS * slot::TOTAL;

    /// Columns of one slot, from [`SLOT`] on.
    pub(crate) mod slot {
        pub(crate) const PRESENT: usize = 0;
        pub(crate) const IN_HAND: usize = PRESENT + 1;
        pub(crate) const HAND_EMPTY: usize = IN_HAND + 1;
        pub(crate) const ELIMINATED: usize = HAND_EMPTY + 1;
        pub(crate) const RING_DISTANCE: usize = ELIMINATED + 1;
        pub(crate) const COLLAPSED: usize = RING_DISTANCE + 1;
        pub(crate) const TERRITORY_DISTANCE: usize = COLLAPSED + 1;
        /// The engine's territory counter, which is not the collapsed count (S8).
        pub(crate) const TERRITORY_COUNTER: usize = TERRITORY_DISTANCE + 1;
        pub(crate) const STACKS: usize = TERRITORY_COUNTER + 1;
        pub(crate) const MARKERS: usize = STACKS + 1;
        pub(crate) const BURIED: usize = MARKERS + 1;
        pub(crate) const ON_BOARD: usize = BURIED + 1;
        pub(crate) const CAN_RECOVER: usize = ON_BOARD + 1;
        pub(crate) const LPS_FIRST: usize = CAN_RECOVER + 1;
        pub(crate) const LPS_SEEN: usize = LPS_FIRST + 1;
        pub(crate) const LPS_ACTED: usize = LPS_SEEN + 1;
        pub(crate) const LPS_EXCLUSIVE: usize = LPS_ACTED + 1;
        pub(crate) const LPS_CANDIDATE: usize = LPS_EXCLUSIVE + 1;
        pub(crate) const TOTAL: usize = LPS_CANDIDATE + 1;
    }
}

/// Features of one cell, the same on every board.
pub const CELL_FEATURES: usize = cell::TOTAL;

/// Features of the whole position, the same on every board.
pub const GLOBAL_FEATURES: usize = global::TOTAL;

/// Columns of the global vector that say which slots are taken.
pub const PRESENT_FEATURES: [usize; SLOTS] = {
    let mut columns = [0; SLOTS];
    let mut slot = 0;
    while slot < SLOTS {
        columns[slot] = global::SLOT + slot * global::slot::TOTAL + global::slot::PRESENT;
        slot += 1;
    }
    columns
};
