//! Keys of positions.
//!
//! The board's part is kept incrementally: every stack, marker and collapsed cell contributes one word that is
//! xored in and out. The few scalars are mixed in when the key is asked for.

use crate::board::Cell;

const STACK: u64 = 0x9E37_79B9_7F4A_7C15;
const MARKER: u64 = 0xC2B2_AE3D_27D4_EB4F;
const COLLAPSED: u64 = 0x1656_67B1_9E37_79F9;

/// Scrambles a word (the finaliser of splitmix64).
#[inline]
pub(super) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Returns the word of a stack whose rings fit inline.
#[inline]
pub(super) fn stack_key(cell: Cell, rings: u64, height: u16) -> u64 {
    let place = (u64::from(cell.0) << 16 | u64::from(height)).wrapping_mul(STACK);
    mix(mix(rings ^ STACK) ^ place)
}

/// Returns the word of a marker.
#[inline]
pub(super) fn marker_key(cell: Cell, owner: usize) -> u64 {
    mix((u64::from(cell.0) << 2 | owner as u64).wrapping_mul(MARKER) ^ MARKER)
}

/// Returns the word of a collapsed cell.
#[inline]
pub(super) fn collapsed_key(cell: Cell, owner: usize) -> u64 {
    mix((u64::from(cell.0) << 2 | owner as u64).wrapping_mul(COLLAPSED) ^ COLLAPSED)
}

/// Folds another word into a running key.
#[inline]
pub(super) fn fold(key: u64, word: u64) -> u64 {
    mix(key ^ word).wrapping_add(STACK)
}
