//! One stack of rings.

use super::Player;

/// Rings a stack holds without an entry in the table of tall stacks.
pub(super) const INLINE_RINGS: u16 = 32;

/// Shows one stack: the rings' owners from bottom to top.
#[derive(Debug, Clone, Copy)]
pub struct StackView<'a> {
    /// Top rings, two bits each, lowest at bit 0.
    pub(super) rings: u64,
    /// Number of rings.
    pub height: u16,
    /// Rings below the inline ones; empty unless the stack is taller than 32.
    pub(super) deep: &'a [u8],
}

impl StackView<'_> {
    /// Returns the owner of the `i`-th ring from the bottom, counted from 0.
    #[inline]
    pub fn ring(&self, i: usize) -> Player {
        match i.checked_sub(self.deep.len()) {
            Some(i) => Player((self.rings >> (2 * (i & 31)) & 3) as u8),
            None => Player(self.deep[i]),
        }
    }

    /// Visits the owners from bottom to top.
    pub fn rings(&self) -> impl DoubleEndedIterator<Item = Player> + ExactSizeIterator + '_ {
        (0..usize::from(self.height)).map(|i| self.ring(i))
    }

    /// Returns who controls the stack: the owner of its top ring.
    #[inline]
    pub fn owner(&self) -> Player {
        self.ring(usize::from(self.height) - 1)
    }

    /// Returns the cap: how many rings of the owner lie on top without a break.
    #[inline]
    pub fn cap(&self) -> u16 {
        let cap = inline_cap(self.rings, self.height.min(INLINE_RINGS));
        if self.deep.is_empty() || cap < INLINE_RINGS { cap } else { cap + self.deep_cap() }
    }

    #[cold]
    fn deep_cap(&self) -> u16 {
        let top = self.owner().0;
        self.deep.iter().rev().take_while(|&&o| o == top).count() as u16
    }

    /// Returns the number of rings of a player anywhere in the stack.
    pub fn count(&self, player: Player) -> u16 {
        self.rings().filter(|&o| o == player).count() as u16
    }
}

/// Returns the run of equal owners on top of `height` inline rings.
#[inline]
pub(super) fn inline_cap(rings: u64, height: u16) -> u16 {
    debug_assert!((1..=INLINE_RINGS).contains(&height));
    let aligned = rings << (64 - 2 * u32::from(height));
    let differs = aligned ^ (aligned >> 62).wrapping_mul(0x5555_5555_5555_5555);
    ((differs.leading_zeros() / 2) as u16).min(height)
}
