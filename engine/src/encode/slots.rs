//! Seats as the mover sees them.

use super::SLOTS;
use crate::action::PlayState;
use crate::rules::Player;

/// Maps between absolute seats and the slots of the encoding: slot 0 is the mover, the others follow in turn order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotOrder {
    mover: u8,
    players: u8,
}

impl SlotOrder {
    /// Returns the order from a player's side.
    pub fn new(mover: Player, players: usize) -> Self {
        SlotOrder { mover: mover.0, players: players.clamp(1, SLOTS) as u8 }
    }

    /// Returns the order from the side of a state's mover.
    pub fn of<const W: usize>(state: &PlayState<W>) -> Self {
        SlotOrder::new(state.mover(), state.players())
    }

    /// Returns the number of slots in use.
    #[inline]
    pub fn players(self) -> usize {
        usize::from(self.players)
    }

    /// Returns the slot of a seat.
    #[inline]
    pub fn slot(self, player: Player) -> usize {
        usize::from((player.0 + self.players - self.mover) % self.players)
    }

    /// Returns the seat in a slot.
    #[inline]
    pub fn seat(self, slot: usize) -> Player {
        Player((slot as u8 + self.mover) % self.players)
    }

    /// Turns values by seat into values by slot; absent slots keep the default.
    pub fn to_slots<T: Copy + Default>(self, by_seat: &[T; SLOTS]) -> [T; SLOTS] {
        let mut by_slot = [T::default(); SLOTS];
        (0..self.players()).for_each(|s| by_slot[s] = by_seat[self.seat(s).index()]);
        by_slot
    }

    /// Turns values by slot into values by seat; absent seats keep the default.
    pub fn to_seats<T: Copy + Default>(self, by_slot: &[T; SLOTS]) -> [T; SLOTS] {
        let mut by_seat = [T::default(); SLOTS];
        (0..self.players()).for_each(|s| by_seat[self.seat(s).index()] = by_slot[s]);
        by_seat
    }
}
