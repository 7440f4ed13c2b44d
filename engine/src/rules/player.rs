//! A seat at the board.

use std::fmt;

/// Most players a game can have.
pub const MAX_PLAYERS: usize = 4;

/// Names a player by seat, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Player(pub u8);

impl Player {
    /// Returns the seat as an index, from 0.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Returns the number that notation and people use, from 1.
    #[inline]
    pub fn number(self) -> u8 {
        self.0 + 1
    }

    /// Returns the player with a number from 1 to 4.
    pub fn from_number(number: u8) -> Option<Player> {
        if (1..=MAX_PLAYERS as u8).contains(&number) { Some(Player(number - 1)) } else { None }
    }

    /// Visits the players of an `n`-player game in seat order.
    #[inline]
    pub fn all(n: usize) -> impl DoubleEndedIterator<Item = Player> + ExactSizeIterator + Clone {
        (0..n as u8).map(Player)
    }
}

impl fmt::Display for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}
