//! What the evaluation needs to know of a position.

use crate::{
    board::{Cell, Geometry},
    rules::MAX_PLAYERS,
};

/// Says whether a game goes on and who won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewedResult {
    /// The game goes on.
    Active,
    /// The game is over and this seat won.
    Won(usize),
    /// The game is over without a winner.
    NoWinner,
}

/// Describes one stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewedStack {
    /// The cell it stands on.
    pub cell: Cell,
    /// The seat whose ring is on top.
    pub owner: usize,
    /// The number of rings.
    pub height: u16,
    /// The number of rings of the owner's colour at the top.
    pub cap: u16,
    /// The number of rings of each seat in the whole stack.
    pub rings: [u16; MAX_PLAYERS],
}

/// Describes what a seat has besides its pieces on the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewedSeat {
    /// Rings in hand.
    pub in_hand: u32,
    /// Rings eliminated in the seat's name.
    pub eliminated: u32,
    /// The rules' territory counter, which misses some collapses (S8).
    pub territory: u32,
}

/// Describes the count of consecutive exclusive rounds towards a last-player-standing victory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewedLps {
    /// The seat that had the consecutive exclusive rounds.
    pub seat: Option<usize>,
    /// How many there were.
    pub rounds: u32,
    /// How many win the game.
    pub required: u32,
}

/// Gives the evaluation access to a position without tying it to one representation.
pub trait HeuristicView {
    /// Returns the board.
    fn geometry(&self) -> &'static Geometry;
    /// Returns the number of seats.
    fn seats(&self) -> usize;
    /// Returns whether the game goes on and who won.
    fn result(&self) -> ViewedResult;
    /// Returns what a seat has besides its pieces on the board.
    fn seat(&self, seat: usize) -> ViewedSeat;
    /// Returns the number of eliminated rings that wins.
    fn ring_threshold(&self) -> u32;
    /// Returns the number of territory spaces that the rules ask of a winner.
    fn territory_minimum(&self) -> u32;
    /// Returns the count of consecutive exclusive rounds.
    fn lps(&self) -> ViewedLps;
    /// Says whether a recovery slide may strike a stack.
    fn stack_strikes(&self) -> bool;
    /// Shows every stack, in any order.
    fn visit_stacks(&self, visit: impl FnMut(ViewedStack));
    /// Shows every marker with its owner.
    ///
    /// The order decides which ten markers the reference's closure term samples once a seat has more than ten.
    fn visit_markers(&self, visit: impl FnMut(Cell, usize));
    /// Shows every collapsed cell with its owner.
    fn visit_collapsed(&self, visit: impl FnMut(Cell, usize));
}
